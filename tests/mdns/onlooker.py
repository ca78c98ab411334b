"""Another machine on the network, by python-zeroconf: what it sees of the hubs there, one JSON object a line.

Watches hubs and pages until its input ends. A line of input is an order: `get URL` opens it, `cached HOST` tells which
addresses it remembers of a host without asking anybody.
"""

import json
import sys
import threading
import urllib.request

from zeroconf import DNSAddress, IPVersion, ServiceBrowser, ServiceStateChange, Zeroconf

TYPES = ["_fieldhub._tcp.local.", "_http._tcp.local."]
speaking = threading.Lock()


def say(**what):
    with speaking:
        print(json.dumps(what), flush=True)


def changed(zeroconf, service_type, name, state_change):
    event = {"event": state_change.name.lower(), "type": service_type, "name": name}
    if state_change is ServiceStateChange.Removed:
        return say(**event)
    info = zeroconf.get_service_info(service_type, name, timeout=3000)
    if info is None:
        return say(**event | {"event": "unresolved"})
    txt = {key.decode(): (value or b"").decode() for key, value in info.properties.items()}
    say(
        **event,
        host=info.server,
        port=info.port,
        addresses=sorted(info.parsed_addresses(IPVersion.All)),
        txt=txt,
    )


def addresses(zeroconf, host):
    records = zeroconf.cache.async_entries_with_name(host.lower())
    return sorted({record.address.hex() for record in records if isinstance(record, DNSAddress)})


zeroconf = Zeroconf()
browser = ServiceBrowser(zeroconf, TYPES, handlers=[changed])
say(event="ready")
for line in sys.stdin:
    order, argument = line.split()
    if order == "get":
        with urllib.request.urlopen(argument, timeout=10) as answer:
            say(event="got", answer=json.load(answer))
    else:
        say(event="cached", addresses=addresses(zeroconf, argument))
browser.cancel()
zeroconf.close()
