package io.evenkeel.testbed.supervisor;

import io.evenkeel.testbed.fault.DelayProxy;
import io.evenkeel.testbed.shop.Registry;
import io.evenkeel.testbed.shop.Role;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Publishes where the routed replicas listen, and puts a slow link before those of a role that a latency fault holds.
 * Replicas that come later are behind the slow link too: a restart does not mend a network. Thread-safe.
 */
final class Routes {
    private final Path file;
    private final Ports ports;
    private final Map<Role, List<Replica>> routed = new EnumMap<>(Role.class);
    private final Map<Role, Integer> delays = new EnumMap<>(Role.class);
    private final Map<Integer, DelayProxy> proxies = new HashMap<>();

    Routes(Path file, Ports ports) {
        this.file = file;
        this.ports = ports;
    }

    /** Callers send requests to these replicas from now on, and to no others of this role. */
    synchronized void publish(Role role, List<Replica> replicas) {
        routed.put(role, List.copyOf(replicas));
        write();
    }

    /** Delays every request to the role by this much, 0 to end it. */
    synchronized void delay(Role role, int millis) {
        if (millis == 0) {
            delays.remove(role);
        } else {
            delays.put(role, millis);
        }
        write();
    }

    synchronized boolean isDelayed(Role role) {
        return delays.containsKey(role);
    }

    private void write() {
        Set<Integer> used = new HashSet<>();
        Map<Role, List<String>> endpoints = new EnumMap<>(Role.class);
        try {
            for (Map.Entry<Role, List<Replica>> entry : routed.entrySet()) {
                Integer delay = delays.get(entry.getKey());
                List<String> hosts = new ArrayList<>();
                for (Replica replica : entry.getValue()) {
                    int port = delay == null ? replica.port() : proxy(replica.port(), delay);
                    used.add(delay == null ? -1 : replica.port());
                    hosts.add("127.0.0.1:" + port);
                }
                endpoints.put(entry.getKey(), hosts);
            }
            Registry.write(file, endpoints);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot publish routes to " + file, e);
        }
        closeUnused(used);
    }

    private int proxy(int target, int delayMillis) throws IOException {
        DelayProxy proxy = proxies.get(target);
        if (proxy == null) {
            proxy = DelayProxy.open(ports.take(), target, delayMillis);
            proxies.put(target, proxy);
        }
        return proxy.port();
    }

    /** Callers may be up to one look behind, so a proxy lives on until nothing flows through it. */
    private void closeUnused(Set<Integer> used) {
        proxies.entrySet().removeIf(entry -> {
            if (used.contains(entry.getKey())) {
                return false;
            }
            DelayProxy proxy = entry.getValue();
            proxy.closeAfter(5_000, () -> ports.giveBack(proxy.port()));
            return true;
        });
    }
}
