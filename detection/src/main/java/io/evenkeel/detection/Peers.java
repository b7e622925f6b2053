package io.evenkeel.detection;

import io.evenkeel.domain.telemetry.ServiceKey;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who sits behind the addresses that a service calls: another service, once a client and a server span have met, or a
 * remote peer that sends no telemetry of its own, once that has not happened for a minute of calls.
 */
final class Peers {
    private static final long UNKNOWN_MILLIS = 60_000;
    private static final int MOST = 512;

    private static final class Peer {
        String protocol = "";
        long firstSeen;
        long lastSeen;

        @Nullable
        ServiceKey callee;
    }

    private final String environment;
    private final Map<String, Peer> peers = new HashMap<>();

    Peers(String environment) {
        this.environment = environment;
    }

    void seen(String address, String protocol, long time) {
        Peer peer = peers.get(address);
        if (peer == null) {
            if (peers.size() >= MOST) {
                peers.values().removeIf(other -> other.lastSeen < time - 3_600_000);
            }
            if (peers.size() >= MOST) {
                return;
            }
            peer = new Peer();
            peer.firstSeen = time;
            peers.put(address, peer);
        }
        peer.protocol = protocol;
        peer.lastSeen = Math.max(peer.lastSeen, time);
    }

    /** Two ends of a call met. */
    void joined(String address, ServiceKey callee) {
        Peer peer = peers.computeIfAbsent(address, name -> new Peer());
        peer.callee = callee;
    }

    /**
     * @param time start of the bin that is asked for
     * @return null while it is too early to say
     */
    @Nullable
    ServiceKey calleeOf(String address, long time) {
        Peer peer = peers.get(address);
        if (peer == null) {
            return null;
        }
        if (peer.callee != null) {
            return peer.callee;
        }
        boolean silentKind = peer.protocol.equals("db") || peer.protocol.equals("messaging");
        return silentKind || time - peer.firstSeen >= UNKNOWN_MILLIS
                ? new ServiceKey(environment, ServiceKey.REMOTE_NAMESPACE, address)
                : null;
    }

    String protocolOf(String address) {
        Peer peer = peers.get(address);
        return peer == null || peer.protocol.isEmpty() ? "http" : peer.protocol;
    }

    Peers copy() {
        Peers copy = new Peers(environment);
        peers.forEach((address, peer) -> {
            Peer own = new Peer();
            own.protocol = peer.protocol;
            own.firstSeen = peer.firstSeen;
            own.lastSeen = peer.lastSeen;
            own.callee = peer.callee;
            copy.peers.put(address, own);
        });
        return copy;
    }

    void write(DataOutput out) throws IOException {
        out.writeUTF(environment);
        out.writeInt(peers.size());
        for (Map.Entry<String, Peer> entry : peers.entrySet()) {
            Peer peer = entry.getValue();
            out.writeUTF(entry.getKey());
            out.writeUTF(peer.protocol);
            out.writeLong(peer.firstSeen);
            out.writeLong(peer.lastSeen);
            out.writeUTF(peer.callee == null ? "" : peer.callee.id());
        }
    }

    static Peers read(DataInput in) throws IOException {
        Peers read = new Peers(in.readUTF());
        int size = in.readInt();
        for (int i = 0; i < size; i++) {
            Peer peer = new Peer();
            read.peers.put(in.readUTF(), peer);
            peer.protocol = in.readUTF();
            peer.firstSeen = in.readLong();
            peer.lastSeen = in.readLong();
            String callee = in.readUTF();
            peer.callee = callee.isEmpty() ? null : ServiceKey.parse(callee);
        }
        return read;
    }
}
