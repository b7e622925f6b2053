package io.evenkeel.console.app;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/**
 * One open page. Sends in order, one message at a time, on a borrowed thread; a reader too slow to take its messages is
 * cut off and comes back with its last number, so that it never holds up the others.
 */
final class LiveClient {
    /** Messages that may wait for one reader. */
    static final int MOST_WAITING = 200;

    private final SseEmitter emitter;
    private final long incident;
    private final Executor senders;
    private final Queue<SseEmitter.SseEventBuilder> waiting = new ArrayDeque<>();
    private boolean sending;
    private boolean closed;

    /**
     * @param incident only this incident's events, 0 for all
     */
    LiveClient(SseEmitter emitter, long incident, Executor senders) {
        this.emitter = emitter;
        this.incident = incident;
        this.senders = senders;
    }

    boolean wants(long eventIncident) {
        return incident == 0 || eventIncident == 0 || eventIncident == incident;
    }

    void send(SseEmitter.SseEventBuilder message) {
        boolean tooSlow;
        synchronized (waiting) {
            if (closed) {
                return;
            }
            tooSlow = waiting.size() >= MOST_WAITING;
            if (!tooSlow) {
                waiting.add(message);
                if (sending) {
                    return;
                }
                sending = true;
            }
        }
        if (tooSlow) {
            close();
            return;
        }
        senders.execute(this::drain);
    }

    private void drain() {
        while (true) {
            SseEmitter.SseEventBuilder next;
            synchronized (waiting) {
                next = waiting.poll();
                if (next == null || closed) {
                    sending = false;
                    return;
                }
            }
            try {
                emitter.send(next);
            } catch (IOException | IllegalStateException e) {
                // the reader is gone: the container has told the emitter, nothing is left to do for it
                close();
            }
        }
    }

    void close() {
        synchronized (waiting) {
            if (closed) {
                return;
            }
            closed = true;
            waiting.clear();
        }
        // completing waits for a write that is under way, and a reader is closed just because its write does not end
        senders.execute(emitter::complete);
    }
}
