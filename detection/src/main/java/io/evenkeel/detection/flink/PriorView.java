package io.evenkeel.detection.flink;

import io.evenkeel.detection.Priors;
import io.evenkeel.domain.telemetry.SignalKey;
import io.evenkeel.learning.baseline.Prior;
import java.io.IOException;
import java.util.Map;
import org.apache.flink.api.common.state.BroadcastState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ReadOnlyBroadcastState;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.tuple.Tuple2;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The priors that wait, as one subtask sees them, from broadcast state; what is no prior is left out and said so. */
final class PriorView {
    static final MapStateDescriptor<String, byte[]> PRIORS =
            new MapStateDescriptor<>("priors", Types.STRING, PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO);

    private static final Logger LOG = LoggerFactory.getLogger(PriorView.class);
    private static final String LOG_RECORDS = "log.records";

    /** Whose signals the operator judges; others are not kept here. */
    enum Whose {
        REPLICAS,
        SERVICES
    }

    private final Whose whose;
    private @Nullable Priors priors;

    PriorView(Whose whose) {
        this.whose = whose;
    }

    /** True for records of the priors' topic: their key is a signal id, that of configuration never is. */
    static boolean isPrior(Tuple2<String, byte[]> record) {
        return record.f0.indexOf('|') >= 0;
    }

    void take(Tuple2<String, byte[]> record, BroadcastState<String, byte[]> state) throws Exception {
        try {
            if (whose != ofWhom(SignalKey.parse(record.f0))) {
                return;
            }
            Priors known = priors(state);
            if (record.f1.length == 0) {
                known.remove(record.f0);
                state.remove(record.f0);
                return;
            }
            String gaveWay = known.put(record.f0, Prior.unpack(record.f1));
            state.put(record.f0, record.f1);
            if (gaveWay != null) {
                state.remove(gaveWay);
                LOG.warn(
                        "event=prior_gave_way signal={} waiting={} try=\"fewer signals a backfill, or again when it reports\"",
                        gaveWay,
                        Priors.MOST);
            }
        } catch (IOException | IllegalArgumentException e) {
            LOG.warn(
                    "event=prior_refused signal={} reason=\"{}\" try=\"backfill it again with this release\"",
                    record.f0,
                    e.getMessage());
        }
    }

    /** The waiting priors; the same object as long as the job runs. */
    Priors priors(ReadOnlyBroadcastState<String, byte[]> state) throws Exception {
        Priors known = priors;
        if (known == null) {
            known = new Priors();
            for (Map.Entry<String, byte[]> entry : state.immutableEntries()) {
                known.put(entry.getKey(), Prior.unpack(entry.getValue()));
            }
            priors = known;
        }
        return known;
    }

    /** Replicas have gauges, counters and histograms; rates, errors, durations and log counts are the service's. */
    private static Whose ofWhom(SignalKey key) {
        return switch (key.kind()) {
            case REQUEST_RATE, ERROR_RATIO, DURATION_P95 -> Whose.SERVICES;
            case COUNTER_RATE -> key.metric().equals(LOG_RECORDS) ? Whose.SERVICES : Whose.REPLICAS;
            case GAUGE, HISTOGRAM_MEAN, PRESENCE -> Whose.REPLICAS;
        };
    }
}
