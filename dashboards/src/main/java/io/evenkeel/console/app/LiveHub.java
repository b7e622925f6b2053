package io.evenkeel.console.app;

import io.evenkeel.console.live.LiveEvent;
import io.evenkeel.console.live.LiveLog;
import io.evenkeel.console.live.LiveTail;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.dao.DataAccessException;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/**
 * Tells all open pages what changed, with one reader of the event table for all of them; without readers the table is
 * left alone. A page that comes back names the last number it got and is told what it missed.
 */
final class LiveHub implements SmartLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(LiveHub.class);
    /** Events told after a pause; more than that and the page is told to fetch itself once. */
    private static final int MOST_MISSED = 500;

    /** One thread looks and may wait for the database, the other tells the time meanwhile. */
    private static final int TIMERS = 2;

    private final LiveLog log;
    private final InstantSource clock;
    private final Duration poll;
    private final Duration tick;
    private final Set<LiveClient> clients = ConcurrentHashMap.newKeySet();
    private final ThreadFactory threads = Executors.defaultThreadFactory();
    private volatile @Nullable ScheduledExecutorService timer;
    private volatile @Nullable ExecutorService senders;
    /** Guarded by this. */
    private @Nullable LiveTail tail;

    private volatile boolean databaseAnswers = true;

    LiveHub(LiveLog log, InstantSource clock, Duration poll, Duration tick) {
        this.log = log;
        this.clock = clock;
        this.poll = poll;
        this.tick = tick;
    }

    /**
     * @param seen number of the last event that the page knows, negative when it knows none
     * @param incident only this incident's events, 0 for all
     */
    SseEmitter join(long seen, long incident) {
        ExecutorService pool = senders;
        SseEmitter emitter = new SseEmitter(0L);
        if (pool == null) {
            emitter.complete();
            return emitter;
        }
        LiveClient client = new LiveClient(emitter, incident, pool);
        emitter.onCompletion(() -> clients.remove(client));
        emitter.onTimeout(() -> clients.remove(client));
        emitter.onError(error -> clients.remove(client));
        synchronized (this) {
            // under the lock no poll runs: what is missed is read up to where the poll goes on
            client.send(SseEmitter.event().reconnectTime(1000).name("tick").data(now()));
            catchUp(client, seen);
            clients.add(client);
        }
        return emitter;
    }

    /** How many pages are open. */
    int readers() {
        return clients.size();
    }

    private void catchUp(LiveClient client, long seen) {
        try {
            LiveTail following = tail;
            if (following == null || clients.isEmpty()) {
                tail = new LiveTail(log, clock.millis());
            }
            long newest = log.newest();
            // a number beyond the table comes from before a restore: start over
            if (seen < 0 || seen >= newest) {
                return;
            }
            List<LiveEvent> missed = log.after(seen, MOST_MISSED + 1);
            if (missed.size() > MOST_MISSED) {
                client.send(message(new LiveEvent(newest, "reset", 0, "")));
                return;
            }
            for (LiveEvent event : newestOfEach(missed)) {
                if (client.wants(event.incident())) {
                    client.send(message(event));
                }
            }
        } catch (DataAccessException e) {
            troubled(e);
        }
    }

    /** The newest of each kind and incident: a page that was away needs to fetch itself once, not once per event. */
    private static Iterable<LiveEvent> newestOfEach(List<LiveEvent> missed) {
        Map<String, LiveEvent> newest = new LinkedHashMap<>();
        for (LiveEvent event : missed) {
            String key = event.kind() + ' ' + event.incident();
            newest.remove(key);
            newest.put(key, event);
        }
        return newest.values();
    }

    private synchronized void look() {
        if (clients.isEmpty()) {
            return;
        }
        try {
            LiveTail following = tail;
            if (following == null) {
                following = new LiveTail(log, clock.millis());
                tail = following;
            }
            for (LiveEvent event : following.next(clock.millis())) {
                for (LiveClient client : clients) {
                    if (client.wants(event.incident())) {
                        client.send(message(event));
                    }
                }
            }
            if (!databaseAnswers) {
                databaseAnswers = true;
                LOG.info("console_live database=answers_again");
                broadcastTick();
            }
        } catch (DataAccessException e) {
            troubled(e);
        } catch (RuntimeException e) {
            // thrown on, it would end all later looks without a word
            LOG.error("console_live look=failed readers={}", clients.size(), e);
        }
    }

    private void troubled(DataAccessException e) {
        if (databaseAnswers) {
            databaseAnswers = false;
            LOG.warn("console_live database=silent readers={} cause={}", clients.size(), e.getMessage());
            broadcastTick();
        }
    }

    private void broadcastTick() {
        for (LiveClient client : clients) {
            client.send(SseEmitter.event().name("tick").data(now()));
        }
    }

    private String now() {
        return "{\"now\":\"" + clock.instant() + "\",\"database\":" + databaseAnswers + '}';
    }

    private static SseEmitter.SseEventBuilder message(LiveEvent event) {
        return SseEmitter.event()
                .id(Long.toString(event.seq()))
                .name(event.kind())
                .data("{\"incident\":" + event.incident() + '}');
    }

    @Override
    public synchronized void start() {
        // a reader that takes nothing holds its thread until the server gives it up; the others have their own
        senders = Executors.newCachedThreadPool(this::daemon);
        ScheduledExecutorService scheduler = Executors.newScheduledThreadPool(TIMERS, this::daemon);
        timer = scheduler;
        scheduler.scheduleWithFixedDelay(this::look, poll.toMillis(), poll.toMillis(), TimeUnit.MILLISECONDS);
        scheduler.scheduleWithFixedDelay(this::broadcastTick, tick.toMillis(), tick.toMillis(), TimeUnit.MILLISECONDS);
    }

    private Thread daemon(Runnable work) {
        Thread thread = threads.newThread(work);
        thread.setName("console-live-" + thread.getId());
        thread.setDaemon(true);
        return thread;
    }

    @Override
    public void stop() {
        // without the lock: a look that waits for a database which is being stopped too must not hold this up
        ScheduledExecutorService scheduler = timer;
        ExecutorService pool = senders;
        timer = null;
        senders = null;
        if (scheduler != null) {
            scheduler.shutdownNow();
        }
        // open streams would hold the server's graceful stop for its whole patience
        clients.forEach(LiveClient::close);
        if (pool != null) {
            pool.shutdown();
        }
    }

    @Override
    public boolean isRunning() {
        return timer != null;
    }

    /** Stops before the web server does. */
    @Override
    public int getPhase() {
        return Integer.MAX_VALUE;
    }
}
