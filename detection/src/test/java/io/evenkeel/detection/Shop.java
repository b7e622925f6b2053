package io.evenkeel.detection;

import io.evenkeel.wire.otlp.SpanRows;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * A small shop under a hand-moved clock: front calls catalog and checkout, checkout calls payment and inventory. Each
 * replica exports metrics every 10 s at a phase of its own and spans every second, cold processes are slow at first.
 */
final class Shop {
    static final double[] BOUNDS = {.005, .01, .025, .05, .075, .1, .25, .5, .75, 1, 2.5, 5, 7.5, 10};
    private static final long EXPORT = 10_000;

    final House house;
    final Random random;
    double requestsPerSecond;
    final Map<String, List<Replica>> replicas = new TreeMap<>();
    private int instances;
    long started;

    /** One running process. */
    final class Replica {
        final String service;
        final String instance;
        final String version;
        final int port;
        final long born;
        final long phase;
        double failShare;
        double extraSeconds;
        /** Pod owner or host. */
        String owner = "node-1";

        boolean hung;
        boolean gone;
        private final Map<String, Series> served = new HashMap<>();
        private final Map<String, Call> calls = new HashMap<>();
        private final List<SpanRows.Link> links = new ArrayList<>();

        Replica(String service, String version) {
            this.service = service;
            this.version = version;
            this.instance = service + "-" + ++instances;
            this.port = 9000 + instances;
            this.born = house.now;
            this.phase = born + random.nextInt(1000);
        }

        String peer() {
            return "127.0.0.1:" + port;
        }

        /** Serves one request; answers seconds, negative when it failed. */
        double serve(String operation, long parent, long span) {
            double cold = house.now - born < 20_000 ? 1 + 15 * Math.exp(-(house.now - born) / 6000.0) : 1;
            double own = 0.004 * Math.exp(0.5 * random.nextGaussian()) * cold + extraSeconds;
            boolean failed = random.nextDouble() < failShare || random.nextDouble() < 0.0005;
            if (!failed && service.equals("front")) {
                if (operation.equals("POST /checkout")) {
                    double answer = call("checkout", "POST /orders", span);
                    own += Math.abs(answer);
                    failed = answer < 0;
                } else {
                    double answer = call("catalog", "GET /products", span);
                    own += Math.abs(answer);
                    failed = answer < 0;
                }
            }
            if (!failed && service.equals("checkout")) {
                double reserve = call("inventory", "POST /reserve", span);
                double pay = call("payment", "POST /pay", span);
                own += Math.abs(reserve) + Math.abs(pay);
                failed = reserve < 0 || pay < 0;
            }
            served.computeIfAbsent(operation + (failed ? "|500" : "|200"), key -> new Series())
                    .add(own);
            Call whole = calls.computeIfAbsent("s|", key -> new Call());
            whole.add(own, failed, failed ? "500" : "", operation, span);
            calls.computeIfAbsent("s|" + operation, key -> new Call())
                    .add(own, failed, failed ? "500" : "", operation, span);
            if (parent != 0) {
                links.add(new SpanRows.Link(span, parent, true, "", "http", house.now));
            }
            return failed ? -own : own;
        }

        private double call(String callee, String operation, long parent) {
            List<Replica> live = replicas.get(callee);
            Replica target = live.get(random.nextInt(live.size()));
            long span = random.nextLong();
            double answer;
            String error = "";
            if (target.hung) {
                answer = -2;
                error = "java.net.http.HttpTimeoutException";
            } else {
                answer = target.serve(operation, span, span ^ 0x5555);
                error = answer < 0 ? "500" : "";
            }
            Call sum = calls.computeIfAbsent("c|" + target.peer(), key -> new Call());
            sum.add(Math.abs(answer), answer < 0, error, operation, span);
            links.add(new SpanRows.Link(span, span, false, target.peer(), "http", house.now));
            return answer;
        }

        void exportSpans() {
            if (hung || gone || calls.isEmpty()) {
                return;
            }
            SpanRows rows = new SpanRows();
            rows.service = id(service);
            rows.owner = owner;
            rows.instance = instance;
            rows.version = version;
            List<SpanRows.Red> reds = new ArrayList<>();
            long bin = Math.floorDiv(house.now - 1, EXPORT) * EXPORT;
            List<long[]> spans = new ArrayList<>();
            calls.forEach((key, call) -> {
                if (!key.equals("s|")) {
                    call.spans.forEach(span -> spans.add(new long[] {span[0], reds.size(), span[1], span[2]}));
                }
                reds.add(call.red(key, bin));
            });
            rows.reds = reds;
            rows.spans = spans.size();
            rows.spanId = spans.stream().mapToInt(span -> (int) span[0]).toArray();
            rows.spanSum = spans.stream().mapToInt(span -> (int) span[1]).toArray();
            rows.spanNanos = spans.stream().mapToLong(span -> span[3]).toArray();
            rows.spanBucket = new byte[rows.spans];
            for (int i = 0; i < rows.spans; i++) {
                rows.spanBucket[i] = (byte) spans.get(i)[2];
            }
            rows.links = List.copyOf(links);
            calls.clear();
            links.clear();
            house.spans(rows);
        }

        void exportMetrics() {
            if (hung || gone || (house.now - phase) % EXPORT >= 1000 || house.now - phase < EXPORT) {
                return;
            }
            long time = house.now - (house.now - phase) % EXPORT;
            RowsBuilder rows = new RowsBuilder(id(service), owner, instance, version, born, time);
            served.forEach((key, series) -> {
                String[] parts = key.split("\\|");
                String attributes = "http.request.method=GET,http.response.status_code=" + parts[1] + ",http.route="
                        + parts[0].replace("=", "%3D");
                if (parts[1].equals("500")) {
                    attributes = "error.type=500," + attributes;
                }
                rows.histogram(
                        "http.server.request.duration",
                        attributes,
                        series.count,
                        series.sum,
                        BOUNDS,
                        series.buckets.clone());
            });
            rows.gauge("jvm.cpu.recent_utilization", "", 0.1 + 0.02 * random.nextGaussian());
            rows.gauge("jvm.thread.count", "jvm.thread.daemon=true", 20 + random.nextInt(3));
            rows.gauge("jvm.memory.used", "jvm.memory.pool.name=Eden", random.nextInt(100_000_000));
            rows.counter("jvm.cpu.time", "", (house.now - born) / 10_000.0);
            house.metrics(rows.rows());
        }
    }

    private static final class Series {
        long count;
        double sum;
        final long[] buckets = new long[BOUNDS.length + 1];

        void add(double seconds) {
            count++;
            sum += seconds;
            int bucket = 0;
            while (bucket < BOUNDS.length && seconds > BOUNDS[bucket]) {
                bucket++;
            }
            buckets[bucket]++;
        }
    }

    private static final class Call {
        long count;
        long errors;
        double seconds;
        final Map<Integer, Integer> buckets = new TreeMap<>();
        final List<SpanRows.Sample> samples = new ArrayList<>();
        /** Id, bucket with the mark of failure, ns. */
        final List<long[]> spans = new ArrayList<>();

        void add(double duration, boolean failed, String error, String operation, long span) {
            count++;
            errors += failed ? 1 : 0;
            seconds += duration;
            int bucket = (int) Math.max(0, Math.min(127, Math.floor(4 * Math.log(duration * 1e6) / Math.log(2))));
            buckets.merge(bucket, 1, Integer::sum);
            int mark = failed ? bucket | SpanRows.FAILED : bucket;
            spans.add(new long[] {SpanRows.idOf(span, span, span, true), mark, (long) (duration * 1e9)});
            if (samples.size() < 3 && (failed || samples.isEmpty())) {
                samples.add(new SpanRows.Sample(span, span, span, 0, operation, (long) (duration * 1e6), error));
            }
        }

        SpanRows.Red red(String key, long bin) {
            boolean server = key.startsWith("s|");
            int[] pairs = new int[buckets.size() * 2];
            int at = 0;
            for (Map.Entry<Integer, Integer> bucket : buckets.entrySet()) {
                pairs[at++] = bucket.getKey();
                pairs[at++] = bucket.getValue();
            }
            return new SpanRows.Red(
                    server ? SpanRows.View.SERVER : SpanRows.View.CLIENT,
                    server ? key.substring(2) : "",
                    server ? "" : key.substring(2),
                    "http",
                    bin,
                    count,
                    errors,
                    seconds,
                    pairs,
                    List.copyOf(samples),
                    count);
        }
    }

    Shop(long seed, double requestsPerSecond) {
        random = new Random(seed);
        house = new House(1_800_000_000_000L + random.nextInt(10_000));
        this.requestsPerSecond = requestsPerSecond;
        started = house.now;
        start("front", "1");
        start("front", "1");
        start("catalog", "1");
        start("catalog", "1");
        start("checkout", "1");
        start("payment", "1");
        start("inventory", "1");
    }

    static String id(String service) {
        return "demo/shop/" + service;
    }

    Replica start(String service, String version) {
        Replica replica = new Replica(service, version);
        replicas.computeIfAbsent(service, name -> new ArrayList<>()).add(replica);
        return replica;
    }

    void stop(Replica replica) {
        replica.exportSpans();
        replica.gone = true;
        replicas.get(replica.service).remove(replica);
    }

    Replica one(String service) {
        return replicas.get(service).get(0);
    }

    void run(int seconds) {
        for (int i = 0; i < seconds; i++) {
            int requests = poisson(requestsPerSecond);
            for (int r = 0; r < requests; r++) {
                List<Replica> fronts = replicas.get("front");
                Replica front = fronts.get(random.nextInt(fronts.size()));
                front.serve(random.nextInt(4) == 0 ? "POST /checkout" : "GET /", 0, random.nextLong());
            }
            house.second();
            for (List<Replica> group : List.copyOf(replicas.values())) {
                for (Replica replica : List.copyOf(group)) {
                    replica.exportMetrics();
                    replica.exportSpans();
                }
            }
        }
    }

    private int poisson(double mean) {
        double limit = Math.exp(-mean);
        double product = random.nextDouble();
        int count = 0;
        while (product > limit) {
            product *= random.nextDouble();
            count++;
        }
        return count;
    }
}
