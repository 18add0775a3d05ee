import { t } from '../../lang/lang.ts';
import type { Channel, ChannelContext } from '../channel.ts';
import { describeTarget, httpPost } from '../http-post.ts';
import { renderTeams, TEAMS_MAX_BYTES, teamsText } from '../render-teams.ts';
import type { TeamsConfig } from './teams-schema.ts';

/** Microsoft Teams by a Workflows webhook ("When a Teams webhook request is received"), as an Adaptive Card. */
export function createTeamsChannel(name: string, { url }: TeamsConfig, context: ChannelContext): Channel {
  return {
    name,
    type: 'teams',
    get destination() {
      return t('Teams by {server}', { server: describeTarget(url) });
    },
    maxBytes: TEAMS_MAX_BYTES,
    render: (message) => teamsText(renderTeams(message)),
    send: (message, { signal }) =>
      httpPost({ url, body: JSON.stringify(renderTeams(message)), headers: () => ({}), secrets: [], signal }, context),
  };
}
