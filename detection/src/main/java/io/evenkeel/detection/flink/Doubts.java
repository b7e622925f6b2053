package io.evenkeel.detection.flink;

import io.evenkeel.detection.MetricDoubt;
import java.util.HashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells operators what makes a metric's figures doubtful: in the log, once per service, metric and doubt since the start. */
final class Doubts {
    /** Bounds what a sender of ever new names can fill the log with. */
    static final int MOST = 1_000;

    private static final Logger LOG = LoggerFactory.getLogger(Doubts.class);

    private record Subject(String service, String metric, MetricDoubt.Kind kind) {}

    private final Set<Subject> told = new HashSet<>();

    /** @return true when it was told now, false when it was before or {@value #MOST} were */
    boolean tell(MetricDoubt doubt) {
        Subject subject = new Subject(doubt.service(), doubt.metric(), doubt.kind());
        if (told.size() >= MOST || !told.add(subject)) {
            return false;
        }
        switch (doubt.kind()) {
            case NAME_CONFLICT ->
                LOG.warn(
                        "metric {} of {} comes as {}: kept apart; give one of them another name, or convert it in the"
                                + " Collector",
                        doubt.metric(),
                        doubt.service(),
                        doubt.detail());
            case TWO_WRITERS ->
                LOG.warn(
                        "metric {} of {} is written by two senders with one identity, or by one that begins anew without a"
                                + " new start time, {}: its rate may be wrong; give each its own service.instance.id",
                        doubt.metric(),
                        doubt.service(),
                        doubt.detail());
        }
        return true;
    }
}
