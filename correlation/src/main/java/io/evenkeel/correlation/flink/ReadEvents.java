package io.evenkeel.correlation.flink;

import io.evenkeel.domain.finding.Finding;
import io.evenkeel.domain.incident.Incident;
import io.evenkeel.domain.telemetry.ServiceKey;
import io.evenkeel.domain.topology.CallEdge;
import io.evenkeel.domain.topology.Change;
import io.evenkeel.wire.event.CatalogueConfig;
import io.evenkeel.wire.event.EventJson;
import io.evenkeel.wire.event.Feedback;
import io.evenkeel.wire.event.MalformedEventException;
import io.evenkeel.wire.event.Topics;
import java.util.Objects;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;

/**
 * Tells whose environment a record is about and sends aside what is not the event it should be, with topic, partition and
 * offset. Counts: in = out + refused + skipped (tombstones, other configuration).
 */
final class ReadEvents extends ProcessFunction<RawEvent, EnvironmentEvent> {
    private static final long serialVersionUID = 1L;

    static final OutputTag<RawEvent> REFUSED = new OutputTag<>("refused") {
        private static final long serialVersionUID = 1L;
    };

    private static final String ALL = "";

    @Override
    public void processElement(RawEvent event, Context context, Collector<EnvironmentEvent> out) {
        boolean otherConfiguration =
                event.topic().equals(Topics.CONFIG) && !event.key().equals(Topics.CONFIG_CATALOGUE);
        if (event.value().length == 0 || otherConfiguration) {
            return;
        }
        try {
            out.collect(new EnvironmentEvent(environment(event.topic(), event.value()), event.topic(), event.value()));
        } catch (MalformedEventException | NullPointerException | IllegalArgumentException e) {
            context.output(REFUSED, event.refused(Objects.requireNonNullElse(e.getMessage(), e.toString())));
        }
    }

    /** Reads what later steps rely on, so that a record with holes is refused here and not met there. */
    private static String environment(String topic, byte[] json) {
        return switch (topic) {
            case Topics.FINDINGS -> {
                Finding finding = EventJson.read(json, Finding.class);
                need(finding.id(), "id");
                need(finding.kind(), "kind");
                need(finding.onset(), "onset");
                need(finding.onsetFrom(), "onsetFrom");
                need(finding.onsetTo(), "onsetTo");
                need(finding.updatedAt(), "updatedAt");
                need(finding.signal(), "signal");
                need(finding.signal().kind(), "signal.kind");
                need(finding.signal().operation(), "signal.operation");
                need(finding.signal().slot(), "signal.slot");
                need(finding.signal().metric(), "signal.metric");
                need(finding.signal().attributes(), "signal.attributes");
                yield need(finding.signal().service(), "signal.service").environment();
            }
            case Topics.TOPOLOGY -> {
                CallEdge edge = EventJson.read(json, CallEdge.class);
                need(edge.callee(), "callee");
                need(edge.protocol(), "protocol");
                need(edge.lastSeen(), "lastSeen");
                yield need(edge.caller(), "caller").environment();
            }
            case Topics.CHANGES -> {
                Change change = EventJson.read(json, Change.class);
                need(change.id(), "id");
                need(change.kind(), "kind");
                need(change.toVersion(), "toVersion");
                need(change.at(), "at");
                yield need(change.service(), "service").environment();
            }
            case Topics.INCIDENTS -> {
                Incident incident = EventJson.read(json, Incident.class);
                need(incident.id(), "id");
                yield need(incident.environment(), "environment");
            }
            case Topics.CONFIG -> {
                EventJson.read(json, CatalogueConfig.class)
                        .services()
                        .forEach(service -> ServiceKey.parse(service.service()));
                yield ALL;
            }
            case Topics.FEEDBACK -> {
                Feedback feedback = EventJson.read(json, Feedback.class);
                need(feedback.incidentId(), "incidentId");
                need(feedback.verdict(), "verdict");
                need(feedback.service(), "service");
                need(feedback.at(), "at");
                yield ALL;
            }
            default -> throw new NullPointerException("no reader for topic " + topic);
        };
    }

    private static <T> T need(T value, String field) {
        return Objects.requireNonNull(value, () -> "the event lacks '" + field + "'");
    }
}
