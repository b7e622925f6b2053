package io.evenkeel.wire.otlp;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the walk should make of spans, said over generated classes, in plain maps. */
final class SpansOracle {
    record Key(SpanRows.View view, String operation, String peer, long binStartMillis) {}

    /** Everything that can be compared exactly; sums of doubles are compared apart. */
    record Sums(
            double count,
            double errors,
            Map<Integer, Long> durations,
            double squares,
            List<SpanRows.Sample> exemplars) {}

    record Resource(
            String service,
            String owner,
            String instance,
            String version,
            Map<Key, Sums> reds,
            List<SpanRows.Link> links) {}

    private static final String NO_OLD_NAME = "never sent";

    private static final Pattern THRESHOLD =
            Pattern.compile("(?:^|,)[ \\t]*ot=(?:[^,]*;)?th:([0-9a-f]{1,14})[ \\t]*(?:;[^,]*)?(?:$|,.*)");

    final List<Resource> resources = new ArrayList<>();
    final Map<Skip, Long> skips = new EnumMap<>(Skip.class);
    long accepted;

    static SpansOracle of(ExportTraceServiceRequest request) {
        SpansOracle oracle = new SpansOracle();
        request.getResourceSpansList().forEach(oracle::read);
        return oracle;
    }

    static Resource of(SpanRows rows) {
        Map<Key, Sums> reds = new LinkedHashMap<>();
        for (SpanRows.Red red : rows.reds) {
            Map<Integer, Long> durations = new TreeMap<>();
            for (int i = 0; i < red.durations().length; i += 2) {
                durations.put(red.durations()[i], (long) red.durations()[i + 1]);
            }
            Key key = new Key(red.view(), red.operation(), red.peer(), red.binStartMillis());
            Sums sums = new Sums(red.count(), red.errors(), durations, red.squares(), red.exemplars());
            if (reds.put(key, sums) != null) {
                throw new AssertionError("twice in one resource: " + key);
            }
        }
        return new Resource(rows.service, rows.owner, rows.instance, rows.version, reds, rows.links);
    }

    private void read(ResourceSpans resource) {
        Map<String, String> texts = MetricsOracle.texts(resource.getResource().getAttributesList());
        Map<Key, List<Seen>> seen = new LinkedHashMap<>();
        List<SpanRows.Link> links = new ArrayList<>();
        resource.getScopeSpansList()
                .forEach(scope -> scope.getSpansList().forEach(span -> read(new Seen(span), seen, links)));
        Map<Key, Sums> reds = new LinkedHashMap<>();
        seen.forEach((key, spans) -> reds.put(key, sums(spans)));
        if (!reds.isEmpty() || !links.isEmpty()) {
            resources.add(new Resource(
                    MetricsOracle.service(texts),
                    MetricsOracle.owner(texts),
                    texts.getOrDefault("service.instance.id", ""),
                    texts.getOrDefault("service.version", ""),
                    reds,
                    links));
        }
    }

    private void read(Seen seen, Map<Key, List<Seen>> into, List<SpanRows.Link> links) {
        Skip skip = seen.whyNot();
        if (skip != null) {
            skips.merge(skip, 1L, Long::sum);
            return;
        }
        long end = Long.divideUnsigned(seen.span.getEndTimeUnixNano(), 1_000_000);
        long bin = end - end % 10_000;
        if (seen.serves()) {
            accepted++;
            into.computeIfAbsent(new Key(SpanRows.View.SERVER, "", "", bin), key -> new ArrayList<>())
                    .add(seen);
            into.computeIfAbsent(new Key(SpanRows.View.SERVER, seen.operation(), "", bin), key -> new ArrayList<>())
                    .add(seen);
        } else if (seen.span.getKindValue() == 3) {
            accepted++;
            into.computeIfAbsent(new Key(SpanRows.View.CLIENT, "", seen.peer(), bin), key -> new ArrayList<>())
                    .add(seen);
        } else {
            skips.merge(Skip.NOT_A_REQUEST, 1L, Long::sum);
        }
        if (!seen.serves() || seen.parent() != 0) {
            links.add(new SpanRows.Link(
                    seen.traceLow(),
                    seen.serves() ? seen.parent() : Seen.id(seen.span.getSpanId()),
                    seen.serves(),
                    seen.serves() ? "" : seen.peer(),
                    seen.protocol(),
                    Long.divideUnsigned(seen.span.getStartTimeUnixNano(), 1_000_000)));
        }
    }

    private static Sums sums(List<Seen> spans) {
        // Added up in order, as the walk does: a stream's own sum() compensates its rounding.
        double count = spans.stream().mapToDouble(Seen::weight).reduce(0, Double::sum);
        double errors =
                spans.stream().filter(Seen::failed).mapToDouble(Seen::weight).reduce(0, Double::sum);
        double squares = spans.stream()
                .mapToDouble(span -> span.weight() * span.weight())
                .reduce(0, Double::sum);
        Map<Integer, Double> durations = new TreeMap<>();
        spans.forEach(span -> durations.merge(span.bucket(), span.weight(), Double::sum));
        Map<Integer, Long> rounded = new TreeMap<>();
        durations.forEach((bucket, weight) -> rounded.put(bucket, Math.max(1, Math.round(weight))));
        List<Seen> worst = new ArrayList<>(spans);
        worst.sort((a, b) -> a.failed() != b.failed()
                ? Boolean.compare(b.failed(), a.failed())
                : Long.compare(b.nanos(), a.nanos()));
        return new Sums(
                count,
                errors,
                rounded,
                squares,
                worst.stream().limit(3).map(Seen::sample).toList());
    }

    /** One span and what it says. */
    private static final class Seen {
        final Span span;
        private final Map<String, AnyValue> attributes = new HashMap<>();

        Seen(Span span) {
            this.span = span;
            for (KeyValue attribute : span.getAttributesList()) {
                AnyValue value = attribute.getValue();
                if (value.hasStringValue() || value.hasIntValue()) {
                    attributes.put(attribute.getKey(), value);
                } else {
                    attributes.remove(attribute.getKey());
                }
            }
        }

        Skip whyNot() {
            if (span.getKindValue() < 2 || span.getKindValue() > 5) {
                return Skip.NOT_A_REQUEST;
            }
            boolean hasTrace = span.getTraceId().size() == 16
                    && (traceLow() != 0
                            || span.getTraceId().asReadOnlyByteBuffer().getLong() != 0);
            if (!hasTrace || id(span.getSpanId()) == 0) {
                return Skip.INVALID_ID;
            }
            return span.getStartTimeUnixNano() == 0 || span.getEndTimeUnixNano() == 0 ? Skip.NO_TIME : null;
        }

        boolean serves() {
            return span.getKindValue() == 2 || span.getKindValue() == 5;
        }

        static long id(ByteString id) {
            return id.size() == 8 ? id.asReadOnlyByteBuffer().getLong() : 0;
        }

        long parent() {
            return id(span.getParentSpanId());
        }

        long traceLow() {
            return span.getTraceId().asReadOnlyByteBuffer().getLong(8);
        }

        boolean has(String key, String old) {
            return attributes.containsKey(key) || attributes.containsKey(old);
        }

        String text(String key, String old) {
            AnyValue value = attributes.getOrDefault(key, attributes.get(old));
            if (value == null) {
                return "";
            }
            return value.hasIntValue() ? Long.toString(value.getIntValue()) : value.getStringValue();
        }

        long status() {
            String text = text("http.response.status_code", "http.status_code");
            return text.matches("-?[0-9]{1,9}") ? Long.parseLong(text) : 0;
        }

        boolean failed() {
            return span.getStatus().getCodeValue() == 2 || status() >= 500;
        }

        double weight() {
            Matcher matcher = THRESHOLD.matcher(span.getTraceState());
            if (!matcher.find()) {
                return 1;
            }
            long threshold = Long.parseLong((matcher.group(1) + "0".repeat(14)).substring(0, 14), 16);
            return Math.min(1_000_000, Math.pow(2, 56) / (Math.pow(2, 56) - threshold));
        }

        long nanos() {
            if (Long.compareUnsigned(span.getEndTimeUnixNano(), span.getStartTimeUnixNano()) <= 0) {
                return 0;
            }
            long nanos = span.getEndTimeUnixNano() - span.getStartTimeUnixNano();
            // More than 292 years: only damage does that.
            return nanos < 0 ? Long.MAX_VALUE : nanos;
        }

        int bucket() {
            double micros = nanos() / 1000.0;
            int bucket = 0;
            while (bucket < 127 && micros >= StrictMath.pow(2, (bucket + 1) / 4 + (bucket + 1) % 4 / 4.0)) {
                bucket++;
            }
            return bucket;
        }

        String operation() {
            if (isRoute()) {
                return plain(text("http.request.method", "http.method") + " " + text("http.route", NO_OLD_NAME));
            }
            return span.getName().isEmpty() ? "_unnamed" : plain(span.getName());
        }

        private static String plain(String text) {
            return text.replaceAll("\\p{Cntrl}", "?");
        }

        private boolean isRoute() {
            return span.getKindValue() == 2
                    && has("http.request.method", "http.method")
                    && has("http.route", NO_OLD_NAME);
        }

        String protocol() {
            if (has("db.system.name", "db.system")) {
                return "db";
            }
            if (span.getKindValue() >= 4 || has("messaging.system", NO_OLD_NAME)) {
                return "messaging";
            }
            return has("http.request.method", "http.method") || has("http.route", NO_OLD_NAME) ? "http" : "rpc";
        }

        String peer() {
            return plain(rawPeer());
        }

        private String rawPeer() {
            String port = text("server.port", "net.peer.port");
            String place = text("server.address", "net.peer.name") + (port.isEmpty() ? "" : ":" + port);
            if (protocol().equals("db")) {
                String namespace = text("db.namespace", "db.name");
                return text("db.system.name", "db.system")
                        + (place.isEmpty() ? "" : ":" + place)
                        + (namespace.isEmpty() ? "" : "/" + namespace);
            }
            if (place.isEmpty() && has("messaging.destination.name", NO_OLD_NAME)) {
                return text("messaging.system", NO_OLD_NAME) + ":" + text("messaging.destination.name", NO_OLD_NAME);
            }
            return place;
        }

        SpanRows.Sample sample() {
            ByteBuffer trace = span.getTraceId().asReadOnlyByteBuffer();
            return new SpanRows.Sample(
                    trace.getLong(0),
                    trace.getLong(8),
                    id(span.getSpanId()),
                    Long.divideUnsigned(span.getStartTimeUnixNano(), 1_000_000),
                    operation(),
                    nanos() / 1000,
                    errorType());
        }

        private String errorType() {
            return plain(rawErrorType());
        }

        private String rawErrorType() {
            if (!failed()) {
                return "";
            }
            if (has("error.type", NO_OLD_NAME)) {
                return text("error.type", NO_OLD_NAME);
            }
            for (Span.Event event : span.getEventsList()) {
                for (KeyValue attribute : event.getAttributesList()) {
                    if (attribute.getKey().equals("exception.type")) {
                        return attribute.getValue().getStringValue();
                    }
                }
            }
            return status() >= 400 ? text("http.response.status_code", "http.status_code") : "error";
        }
    }
}
