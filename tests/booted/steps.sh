# What tests/booted.rs has done inside a machine that systemd has booted; each section of the output begins with `== NAME`.
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

echo "== install"
/hub/fieldhub service install
echo "== unit"
systemctl show --property=ActiveState --property=UnitFileState --property=StatusText --property=StartLimitIntervalUSec fieldhub
grep -E '^(CapEff|CapBnd|NoNewPrivs|Seccomp):' "/proc/$(pid)/status"
stat --format='%U:%G %a %n' /var/lib/fieldhub /var/lib/fieldhub/* /etc/fieldhub/*
echo "== commands"
fieldhub audit create --name Kept --strings 2x3 --token kept
setpriv --reuid=65534 --clear-groups fieldhub audit list

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
echo "== uninstalled"
fieldhub service uninstall
ls /var/lib/fieldhub /usr/local/bin/fieldhub /etc/systemd/system/fieldhub.service
echo "== end"
