package io.evenkeel.detection;

import io.evenkeel.wire.otlp.SpanRows.Link;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Brings the two ends of calls together: a client span and the server span whose parent it is. Remembers at most
 * {@value #MOST} ends that wait for their other half. Kept in memory only: what a restart loses is a minute of samples,
 * while who sits behind an address is kept by the caller's book.
 */
public final class LinkJoin {
    static final int MOST = 50_000;
    /** An identity is told again after this long, so that a book that lost it learns it anew. */
    private static final long REPEAT_MILLIS = 60_000;

    private static final int MOST_TOLD = 20_000;

    private record Client(String caller, String peer) {}

    private final Map<Long, Client> clients = bounded(MOST);
    private final Map<Long, String> servers = bounded(MOST);
    private final Map<PeerIdentity, Long> told = bounded(MOST_TOLD);

    /**
     * Takes one end of a call.
     *
     * @param service whose span it is
     * @return who sits behind the address, when both ends are there and it was not told lately; else null
     */
    public @Nullable PeerIdentity take(String service, Link link, long nowMillis) {
        if (link.server()) {
            Client client = clients.remove(link.span());
            if (client == null) {
                servers.put(link.span(), service);
                return null;
            }
            return tell(new PeerIdentity(client.caller(), client.peer(), service), nowMillis);
        }
        String callee = servers.remove(link.span());
        if (callee == null) {
            clients.put(link.span(), new Client(service, link.peer()));
            return null;
        }
        return tell(new PeerIdentity(service, link.peer(), callee), nowMillis);
    }

    private @Nullable PeerIdentity tell(PeerIdentity identity, long nowMillis) {
        Long last = told.get(identity);
        if (identity.peer().isEmpty() || last != null && nowMillis - last < REPEAT_MILLIS) {
            return null;
        }
        told.put(identity, nowMillis);
        return identity;
    }

    private static <K, V> Map<K, V> bounded(int most) {
        return new LinkedHashMap<>() {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
                return size() > most;
            }
        };
    }
}
