# What tests/it/booted.rs has done inside a machine that systemd has booted; each section of the output begins with `== NAME`.
exec >/hub/out 2>&1

# Until a command says yes, for a minute at most.
until_yes() {
	for _ in $(seq 600); do
		if "$@" >/dev/null 2>&1; then return 0; fi
		sleep 0.1
	done
	echo "never: $*"
}
pid() { systemctl show --property=MainPID --value fieldhub; }
healthy() { fieldhub status | grep 'running (process'; }
restarts() { [ "$(systemctl show --property=NRestarts --value fieldhub)" = "$1" ]; }
PATH=$PATH:/usr/local/bin

# A network of its own, with nobody in it.
ip link add hub0 type veth peer name tablets0
ip address add 192.168.4.1/24 dev hub0
ip link set hub0 up
ip link set tablets0 up

echo "== install"
/hub/fieldhub service install
echo "== unit"
systemctl show --property=ActiveState --property=UnitFileState --property=StatusText --property=StartLimitIntervalUSec fieldhub
grep -E '^(CapEff|CapBnd|NoNewPrivs|Seccomp):' "/proc/$(pid)/status"
stat --format='%U:%G %a %n' /var/lib/fieldhub /var/lib/fieldhub/* /etc/fieldhub/*
echo "== commands"
fieldhub audit create --name Kept --strings 2x3 --token kept
setpriv --reuid=65534 --clear-groups fieldhub audit list
setpriv --reuid=65534 --clear-groups fieldhub upstream status
fieldhub serve

echo "== backup asked for"
# A stick that is there, and no file system: what is asked for on the page gets as far as mount.
mkdir -p /dev/disk/by-label
touch /dev/disk/by-label/FIELDHUB
asked() { curl --silent --show-error --unix-socket /var/lib/fieldhub/fieldhub.sock "$@" http://fieldhub/api/v1/backups; }
tried() { asked | grep '"problem":"mount"'; }
asked --request POST
echo
until_yes tried
asked
echo
systemctl is-enabled fieldhub-backup.path

echo "== killed"
kill -KILL "$(pid)"
until_yes restarts 1
until_yes healthy
fieldhub audit list

echo "== hung"
mkdir -p /etc/systemd/system/fieldhub.service.d
printf '[Service]\nWatchdogSec=2s\nEnvironment=FIELDHUB_NMAE=x\n' >/etc/systemd/system/fieldhub.service.d/test.conf
systemctl daemon-reload
systemctl restart fieldhub
before=$(pid)
kill -STOP "$before"
until_yes restarts 1
until_yes healthy
[ "$(pid)" != "$before" ] && echo "another process"
journalctl --unit=fieldhub --output=cat --no-pager | grep -o 'Watchdog timeout'
echo "== warnings"
journalctl --unit=fieldhub --identifier=fieldhub --priority=warning --output=cat --no-pager

echo "== stopped"
systemctl stop fieldhub
systemctl show --property=Result fieldhub
fieldhub audit list
stat --format='%U' /var/lib/fieldhub/* | sort -u
echo "== again"
/hub/fieldhub service install
fieldhub audit list
echo "== updated"
before=$(pid)
fieldhub update /hub/next --key /hub/key.pub
[ "$(pid)" != "$before" ] && cmp /hub/next "/proc/$(pid)/exe" && echo "another program"
fieldhub audit list
echo "== went back"
fieldhub update /hub/broken --key /hub/key.pub --patience 3
cmp /hub/next "/proc/$(pid)/exe" && echo "the one before it"
fieldhub audit list
echo "== interrupted"
# As a power cut leaves it, and a start finds it.
ln /usr/local/bin/fieldhub /usr/local/bin/fieldhub.trial
install --mode=755 /hub/broken /usr/local/bin/fieldhub.new
mv /usr/local/bin/fieldhub.new /usr/local/bin/fieldhub
systemctl restart --no-block fieldhub
systemctl is-enabled fieldhub-update
mkdir -p /etc/systemd/system/fieldhub-update.service.d
printf '[Service]\nExecStart=\nExecStart=/usr/local/bin/fieldhub.trial update --finish --patience 3\n' >/etc/systemd/system/fieldhub-update.service.d/test.conf
systemctl daemon-reload
systemctl start fieldhub-update
journalctl --unit=fieldhub-update --output=cat --no-pager
cmp /hub/next "/proc/$(pid)/exe" && echo "the one before it"
ls /usr/local/bin
fieldhub audit list
fieldhub doctor
echo "== uninstalled"
fieldhub service uninstall
ls /var/lib/fieldhub /usr/local/bin/fieldhub /etc/systemd/system/fieldhub.service
echo "== end"
