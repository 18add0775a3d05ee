#!/usr/bin/env bash
# A machine of its own for the unit files: this host's files under an overlay, with a systemd as process 1 and namespaces for everything else.
# Nothing of it reaches the host. $1: an empty folder; what lies in its `share` is at /run/share inside. $2: the name of its control group.
set -euo pipefail
work=$1 group=$2 root=$1/box/root

if [ "${3-}" = clean ]; then
  mount -t cgroup2 cgroup2 "$work/cgroup"
  find "$work/cgroup/$group" -depth -type d -exec rmdir {} +
  exit
fi
if [ "${3-}" != inside ]; then
  mkdir -p "$work/cgroup" "$work/box" "$work/share"
  mount -t cgroup2 cgroup2 "$work/cgroup"
  mkdir -p "$work/cgroup/$group"
  echo $$ >"$work/cgroup/$group/cgroup.procs"
  exec unshare --fork --pid --mount --uts --ipc --net --cgroup --kill-child "$0" "$work" "$group" inside
fi

mount -t tmpfs -o mode=755 tmpfs "$work/box"
mkdir "$work"/box/{upper,work,root}
mount -t overlay -o "lowerdir=/,upperdir=$work/box/upper,workdir=$work/box/work" overlay "$root"
mount -t proc proc "$root/proc"
mount -t sysfs -o ro sysfs "$root/sys"
mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup"
mount -t tmpfs -o mode=755 tmpfs "$root/dev"
for device in null zero full random urandom tty; do
  touch "$root/dev/$device"
  mount --bind "/dev/$device" "$root/dev/$device"
done
mkdir "$root/dev/pts" "$root/dev/shm"
mount -t devpts -o newinstance,ptmxmode=0666,mode=620,gid=5 devpts "$root/dev/pts"
ln -s pts/ptmx "$root/dev/ptmx"
ln -s /proc/self/fd "$root/dev/fd"
mount -t tmpfs -o mode=1777 tmpfs "$root/dev/shm"
mount -t tmpfs -o mode=755 tmpfs "$root/run"
mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"
mkdir "$root/run/share"
mount --bind "$work/share" "$root/run/share"
# Credentials and private folders of services have to reach their namespaces.
mount --make-rshared /
ip link set lo up

# Only what this test installs is started, and nothing that looks for hardware.
cd "$root/etc"
rm -rf systemd/system/* rc?.d/* secmon fstab ../var/lib/secmon ../var/lib/secmon-helper ../var/log/journal
for unit in systemd-{udevd,udev-trigger,timesyncd,logind,binfmt,sysctl,modules-load,pstore,random-seed}.service systemd-udevd-{control,kernel}.socket \
  getty.target networking.service uuidd.socket apparmor.service nftables.service; do
  ln -s /dev/null "systemd/system/$unit"
done
echo 0123456789abcdef0123456789abcdef >machine-id
exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin container=secmon-test chroot "$root" /lib/systemd/systemd --unit=multi-user.target --show-status=no
