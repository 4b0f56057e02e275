#!/bin/busybox sh
# The first program of the machine: makes the host's files its own (read-only, with a layer of memory
# above them), mounts the cgroup hierarchies that the kernel command line names, executes the command
# that was left in the results folder, writes its exit code there, and switches off.
export PATH=/bin
/bin/busybox --install -s /bin
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs dev /dev
while read -r module; do
  insmod "/modules/$module" || echo "vm: $module could not be loaded"
done </modules/order

mkdir -p /host /layer /root /results
mount -t virtiofs -o ro host /host && mount -t tmpfs tmpfs /layer && mkdir /layer/upper /layer/work &&
  mount -t overlay -o lowerdir=/host,upperdir=/layer/upper,workdir=/layer/work overlay /root &&
  mkdir -p /root/results && mount -t virtiofs results /root/results ||
  { echo "vm: the host's files could not be mounted"; poweroff -f; }
for folder in /root/tmp /root/run /root/mnt; do mount -t tmpfs -o mode=1777 tmpfs "$folder"; done
mount -t proc proc /root/proc
mount -t sysfs sysfs /root/sys
mount --move /dev /root/dev
mkdir -p /root/dev/shm /root/dev/pts
mount -t tmpfs -o mode=1777 tmpfs /root/dev/shm
mount -t devpts devpts /root/dev/pts
ip link set lo up

cgroups=/root/sys/fs/cgroup
case " $(cat /proc/cmdline) " in
  *" leash.cgroups=v2 "*)
    mount -t cgroup2 cgroup2 $cgroups
    ;;
  *)
    mount -t tmpfs tmpfs $cgroups
    for controllers in memory pids cpu,cpuacct; do
      mkdir $cgroups/$controllers
      mount -t cgroup -o $controllers cgroup $cgroups/$controllers
    done
    ;;
esac
case " $(cat /proc/cmdline) " in
  *" leash.cgroups=hybrid "*)
    mkdir $cgroups/unified
    mount -t cgroup2 cgroup2 $cgroups/unified
    ;;
esac

# Not chroot: in one, no user namespace may be made.
exec switch_root /root /bin/bash -c '
  setsid /bin/bash /results/command </dev/null >/dev/console 2>&1
  echo $? >/results/exit
  sync
  echo o >/proc/sysrq-trigger
  while :; do read -r _; done </dev/console # until the power is off: no file can be read any more'
