package io.evenkeel.launcher;

import io.evenkeel.testbed.SupervisorClient;
import io.evenkeel.testbed.TestBedOptions;
import io.evenkeel.testbed.load.LoadModel;
import io.evenkeel.testbed.past.ShopPast;
import io.evenkeel.testbed.shop.Chore;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has the shop do its batch at the time of night that its load model says, once a night, as its past did. */
final class NightlyBatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(NightlyBatch.class);
    private static final long LOOK_SECONDS = 5;

    private final LoadModel model;
    private final SupervisorClient platform;
    private final String service;
    private final InstantSource clock;
    private final ScheduledExecutorService watch = Executors.newSingleThreadScheduledExecutor(runnable -> {
        Thread thread = new Thread(runnable, "nightly-batch");
        thread.setDaemon(true);
        return thread;
    });
    private boolean working;

    private NightlyBatch(TestBedOptions bed, InstantSource clock) {
        this.model = bed.load();
        this.platform = new SupervisorClient(bed.supervisorPort(), bed.tokenFile());
        this.service = bed.nameOf(ShopPast.BATCHING);
        this.clock = clock;
    }

    static NightlyBatch start(TestBedOptions bed) {
        NightlyBatch batch = new NightlyBatch(bed, InstantSource.system());
        batch.watch.scheduleWithFixedDelay(batch::look, 0, LOOK_SECONDS, TimeUnit.SECONDS);
        return batch;
    }

    private void look() {
        Instant now = clock.instant();
        boolean night = model.isBatching(now);
        if (night && !working) {
            begin(now);
        }
        working = night;
    }

    private void begin(Instant now) {
        long left = 0;
        while (model.isBatching(now.plusSeconds(left)) && left < LoadModel.BATCH_LASTS.toSeconds()) {
            left++;
        }
        try {
            platform.chore(service, Chore.BATCH.word(), Duration.ofSeconds(left), "nightly-batch-" + now);
        } catch (IOException e) {
            LOG.warn(
                    "event=batch_left_out service={} reason=\"{}\" try=\"nothing: it comes again tomorrow\"",
                    service,
                    e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        watch.shutdownNow();
    }
}
