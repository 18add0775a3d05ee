import { Argument, type Command } from 'commander';
import { completionScript, SHELLS, type Shell } from './completion.ts';

const HOW = `
Put it where your shell looks for it:
  bash  secmon completion bash > ~/.local/share/bash-completion/completions/secmon
  zsh   secmon completion zsh > "\${fpath[1]}/_secmon"
  fish  secmon completion fish > ~/.config/fish/completions/secmon.fish`;

export function addCompletionCommand(program: Command): void {
  program
    .command('completion')
    .description('print the completion script of a shell')
    .addArgument(new Argument('<shell>', 'which shell').choices(SHELLS))
    .addHelpText('after', HOW)
    .action((shell: Shell) => {
      process.stdout.write(completionScript(shell, program));
    });
}
