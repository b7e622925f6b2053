package io.evenkeel.testbed.supervisor;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.TreeSet;

/** Gives out loopback ports from a base up, lowest free one first. Thread-safe. */
final class Ports {
    /** More than six replicas of every role can take, with their health ports and proxies. */
    private static final int COUNT = 400;

    private final int base;
    private final TreeSet<Integer> taken = new TreeSet<>();

    Ports(int base) {
        this.base = base;
    }

    /** @throws IllegalStateException when every port of the range is taken */
    synchronized int take() {
        for (int port = base; port < base + COUNT; port++) {
            if (!taken.contains(port) && isFree(port)) {
                taken.add(port);
                return port;
            }
        }
        throw new IllegalStateException("no free port from " + base + " to " + (base + COUNT - 1));
    }

    synchronized void giveBack(int port) {
        taken.remove(port);
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException taken) {
            return false;
        }
    }
}
