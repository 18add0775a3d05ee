import { words } from './judgement.ts';

/** Commands whose names are no words of everyday text (Debian's packages, GTFOBins' list of names, Windows' own). */
export const RARE_COMMANDS: ReadonlySet<string> = words(`
  7z 7za 7zr adduser addgroup agetty apt-get aria2c aspell aoss arj ash awk gawk mawk nawk axel base32 base64 basenc bash bashbug bconsole bpftrace bridge bsdcat bsdiff bsdtar busctl busybox byobu bzcat bzdiff bzegrep
  bzfgrep bzgrep bzip2 bzless bzmore capsh c89 c99 cc certutil chattr chgrp chmod chown chpasswd chroot clang clang++ cmp cobc cpio cpulimit crontab csh cscli csplit csvtool cupsfilter curl dash dhclient dialog dmesg
  dmidecode dmsetup dnf doas docker dosbox dpkg dvips easy_install efax egrep elvish emacs espeak ethtool exiftool facter fdisk fgrep filan flatpak fping gcc gcore gdb getent getfacl ghc ghci gimp ginsh git gnuplot
  gpasswd gpg grep groupmod groups grpck gtester gunzip gzcat gzexe gzip hexdump hping3 htop iconv id iftop ifconfig ifdown ifup iftop ionice ip6tables iptables ipconfig irb jjs journalctl jrunscript jq jshell julia keytool
  killall kmod knife ksh ksshell kubectl latexmk ldconfig lftp loginctl logsave lsb_release lscpu ls lsblk lsmod lsof lspci lsusb ltrace lua luajit luatex lwp-download lwp-dump lwp-mirror lwp-request lynx lz4 lzcat lzcmp lzdiff
  lzegrep lzfgrep lzgrep lzless lzma lzmore mailq mailx mkdir mkfifo mknod mktemp mlocate msfconsole msfvenom msgattrib msgcat msgconv msgfilter msgmerge msguniq mtr mutt mysql mysqladmin mysqldump mysqldumpslow mysqlhotcopy nano
  nasm nc ncat netcat netkit-ftp netplan netstat nft ngrok nmap nodejs nohup nping npm nroff nsenter nslookup ntpdate openssl openvt opkg passwd pdb pdflatex pdftex perf perl perlsh perms pgrep php phpize pidof pidstat
  pip pip3 pkexec pkgin pkginfo pkg_info pkg_add pkill popd posh printenv procmail pry psed psftp psql pushd pwd pyenv python python2 python3 pythonw pypy rbash rcp readelf realpath redcarpet redis-cli
  renice restic rlogin rlwrap rm rmdir rmuser rpm rpmdb rpmquery rpmverify rsync rsh rtorrent ruby rustc rview rvim rvm rysnc sash scanmem scp sed sendmail setarch setfacl setfattr setsid sftp sh shuf slsh smbclient smbmap
  socat sqlite3 ssh ssh-agent ssh-copy-id ssh-keygen ssh-keyscan sshd sshfs sshpass stdbuf stty strace su sudo sudoedit svn sysctl systemctl systemd-resolve tac tar tasksh tclsh tcpdump tcping tcptraceroute tcsh tdbtool tee telnet
  tftp timedatectl tmux tmate traceroute traceroute6 tshark udevadm ulimit umount uname uncompress unlzma unrar unset unshare unxz unzip unzstd update-alternatives uptime useradd userdel usermod valgrind varnishncsa vi vigr vim
  vimdiff vipr vipw visudo vmstat volatility w3m wget whoami whiptail whereis wireshark wish xargs xdg-open xdg-user-dir xdotool xelatex xetex xmodmap xmore xpad xterm xxd xz xzcat xzcmp xzdiff xzegrep xzfgrep xzgrep xzless yarn
  yash yum zcat zcmp zdiff zegrep zfgrep zgrep zip2john zless zmore zsh zsoelim zstd zstdcat zstdgrep zstdless zypper arp-scan arping iwconfig nmcli ntpq rpcclient rpcinfo ss sshuttle tailscale chpass c++ g++ dpkg-query
  lastb lastlog lastlogin losetup mkinitrd mkpasswd mysqld ncdu newgrp nologin pacman parted pinky poweroff pppd rdesktop runuser rzsh setpriv sha1sum sha256sum md5sum shred sntp swapoff tcpick vagrant virsh wpa_cli xhost xinetd
  powershell pwsh cmd mshta regsvr32 rundll32 bitsadmin wmic cscript wscript schtasks netsh tasklist taskkill systeminfo icacls cacls vssadmin bcdedit wevtutil regedit msiexec nltest qwinsta quser robocopy xcopy driverquery
  fsutil diskpart forfiles findstr attrib aptitude ansible chef chef-client dpkg-deb rmt rmt-tar rmt-dump lvm crictl nerdctl podman terraform helm apk emerge port brew pkg iex iwr irm gwmi gci icm saps spps gsv ipmo opam conda cargo gradle mvn ant cmake gmake kubeadm minikube aws gcloud az doctl heroku ufw firewall-cmd chage passwdqc pwck showmount exportfs mdadm pvs vgs lvs blkid hdparm smartctl fuser lsns visudo
`);

/** Commands whose names are everyday words as well: they need a sign that they are commands. */
export const COMMON_COMMANDS: ReadonlySet<string> = words(`
  cd alias apt arch ar as at basename bc bundle cancel cat check_by_ssh check_cups check_log check_memory check_raid choom column comm command compgen composer cowsay cp cpan crash cut date dd declare df diff dig dir dnsdomainname
  dstat du echo ed env eqn eval ex exec expand expect export factor false fetch file find finger fish flock fmt fold ftp gem genie getopt gh grc hash hd head history host hostname hostnamectl iftop info install ip ispell java jobs
  join joe kill last less links ln local locale locate login logger logname logout look lp lpr m4 mail make man mawk more mount mutt mv name nawk nice nl node od open openvpn pandoc paste pax pic pico ping ping6 pr
  print printf ps ptx puppet rake read readlink red reboot rename reset restore rev route run-parts scp screen script seq service set sg shutdown size sleep snap soelim sort source split stat start-stop-daemon strings sum sync tail task
  taskset tbl test tic time timeout tnftp top touch tr troff true tty type ul umask unalias unexpand uniq unlink users vidir view w wait wall watch wc which who write yes zip zone dir del copy move ren md rd net net1 sc reg ver
  gc gi gp ni si sl sal nal gal gcm gps gsnp gmo gdr gbp spsv sasv sls epcsv ipcsv iwmi rwmi swmi sajb fhx ogv clc
  ab trap column comm fold paste tracert nbtstat getmac assoc ftype erase start call goto title vol mklink fc comp print tree
`);

/** Words before a command that leave it one. */
export const PREFIXES: ReadonlySet<string> = words(
  'sudo time nohup env exec eval command builtin busybox nice ionice strace ltrace setsid xargs timeout watch stdbuf then do else if while until unbuffer chroot doas flock',
);

/** Commands that a whole value may be, each with arguments that tell it from prose; versions where they are part of the name. */
export const DIRECT_COMMANDS: ReadonlySet<string> = words(
  'bash sh zsh ksh csh tcsh dash ash busybox wget curl nc ncat netcat socat python python2 python3 python2.7 python3.8 python3.9 python3.10 python3.11 python3.12 python3.13 perl ruby php lua nslookup telnet whoami uname ifconfig netstat chmod chown mkfifo powershell pwsh cmd certutil bitsadmin wmic mshta rundll32 regsvr32 lwp-download lwp-request cat ls rm crontab useradd passwd tftp xxd base64 echo nmap ping dig host printf sed awk find tar grep egrep service systemctl ip ps kill mv cp touch head tail gcc rsync scp ssh mysql mysqldump openssl vim nmap userdel less more sort cut date df du mount top strings lsof crontab dd su sqlite3 at printenv tac git pip cmd.exe powershell.exe',
);

/** Commands of {@link RARE_COMMANDS} that people write about: in prose they need arguments. */
export const TECHNOLOGIES: ReadonlySet<string> = words(
  'python python2 python3 php ruby perl bash mysql docker git npm yarn julia lua vim vi nano ssh curl java nodejs passwd sudo su nginx powershell cmd zsh emacs podman terraform aws gcloud az brew cargo conda gradle ant heroku port gcc clang sed awk octave lynx mutt irb groups ls pip rpm c++ g++ yum wireshark valgrind sash dialog bridge knife dash cc id cmp',
);

/** Tools of programmers, whose command lines people search for: their options are no sign. */
export const DEVELOPERS: ReadonlySet<string> = words(
  'git npm yarn docker pip pip3 cargo brew conda gradle mvn ant helm terraform aws gcloud az heroku composer bundle gem rake cmake make go nodejs node java javac kubectl svn man sort',
);

/** Commands of {@link RARE_COMMANDS} that are words or names as well. */
export const WORDS: ReadonlySet<string> = words(
  'bridge brew cargo chef compress conda dash dialog docker dosbox elvish emacs expand facter gimp gradle helm julia killall knife nano opam perf perl podman popd port powershell pry puppet python restic ruby sash screen shred swapoff tailscale tar tee telnet unset unshare unzip uptime vagrant vim volatility wireshark wish yarn zip',
);
