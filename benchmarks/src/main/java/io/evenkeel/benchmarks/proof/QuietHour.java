package io.evenkeel.benchmarks.proof;

import io.evenkeel.benchmarks.Arguments;
import io.evenkeel.benchmarks.proof.Movement.Window;
import io.evenkeel.benchmarks.proof.QuietSchedule.Kind;
import io.evenkeel.benchmarks.proof.QuietSchedule.Step;
import io.evenkeel.benchmarks.proof.postgres.FindingReader;
import io.evenkeel.benchmarks.proof.postgres.RollupReader;
import io.evenkeel.domain.telemetry.SignalKey;
import io.evenkeel.launcher.setup.SecretFile;
import io.evenkeel.testbed.TestBed;
import io.evenkeel.testbed.http.Json;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * Proof: an hour of ordinary noise (deploys, batches that make garbage, a caller that comes by the clock, a warning that
 * flaps) wakes nobody, and nothing acts.
 *
 * <p>Pages are the requests that a receiver of the proof's own got over the on-call route; acts are the operations in the
 * platform's journal that the proof did not order. The noise must have moved the product's own figures, and after the hour
 * a real fault must page, or the silence proves nothing.
 */
public final class QuietHour {
    private static final String ROUTE_URL = "http://127.0.0.1:9999/evenkeel";
    private static final String LOG_RECORDS = "log.records";
    private static final String CONTROL_SERVICE = "payment";
    /** After the start figures are those of starting processes. */
    private static final Duration AFTER_START = Duration.ofSeconds(30);
    /** Findings come up to a minute after what they tell of; a page soon after them. */
    private static final Duration SETTLE = Duration.ofSeconds(90);

    private static final Duration CONTROL = Duration.ofMinutes(5);
    private static final double CALL_REQUESTS_PER_SECOND = 16;

    private final Settings settings;
    private final InstantSource clock;
    private final PrintStream terminal;
    private final Map<String, Step> orders = new LinkedHashMap<>();
    private final List<String> refused = new ArrayList<>();

    private record Settings(Installation.Place place, long seed, Duration length, Duration calm, Path result) {}

    /**
     * What was seen; the first five figures hold the law.
     *
     * @param pages requests that the receiver got until the control began
     * @param acts operations in the platform's journal that nobody here ordered
     * @param replicasLost processes of the shop that ended by themselves
     * @param unmoved noise that moved nothing, in words
     * @param controlPaged whether the real fault after the hour paged, signed
     * @param ordered what the proof had done, by kind
     * @param notApplied orders that the platform refused or failed
     * @param changesSeen changes that the product saw in the telemetry
     * @param movements how far the noise moved the product's figures
     * @param users what they sent and what failed, in calm and noise
     * @param incidents that the product knew of, paging or not
     * @param findings that it had
     */
    private record Result(
            boolean holds,
            int pages,
            int acts,
            int replicasLost,
            List<String> unmoved,
            boolean controlPaged,
            double controlSeconds,
            long seed,
            long minutes,
            Map<Kind, Integer> ordered,
            List<String> notApplied,
            long changesSeen,
            List<Movement> movements,
            Users users,
            List<Pager.Page> pagesSeen,
            List<JsonNode> actsSeen,
            List<Map<String, Object>> incidents,
            List<FindingReader.Finding> findings,
            List<Step> schedule,
            Instant began) {}

    private record Users(long sent, long failed) {}

    private QuietHour(Settings settings, InstantSource clock, PrintStream terminal) {
        this.settings = settings;
        this.clock = clock;
        this.terminal = terminal;
    }

    /** Options: {@code --home --data-dir --result --port --seed --minutes --calm}. */
    public static void main(String[] options) throws Exception {
        Arguments arguments = Arguments.known(
                options, Set.of("--home", "--data-dir", "--result", "--port", "--seed", "--minutes", "--calm"));
        Path home = arguments.path("--home", Path.of("."));
        Path work = home.resolve("benchmarks/target/proof");
        Settings settings = new Settings(
                new Installation.Place(
                        home,
                        arguments.path("--data-dir", work.resolve("quiet-hour")),
                        arguments.number("--port", 19900)),
                arguments.number("--seed", 1),
                Duration.ofMinutes(arguments.number("--minutes", 60)),
                Duration.ofSeconds(arguments.number("--calm", 180)),
                arguments.path("--result", work.resolve("quiet-hour.json")));
        boolean holds = new QuietHour(settings, InstantSource.system(), System.out).run();
        System.exit(holds ? 0 : 1);
    }

    private boolean run() throws IOException, InterruptedException, SQLException, TestBed.NotStartedException {
        Installation.Place place = settings.place();
        if (Files.exists(place.data())) {
            throw new IOException(place.data() + " exists; a proof starts from nothing: choose another --data-dir");
        }
        int pagerPort = place.port() + 3;
        ProofBed.configure(place);
        String key = SecretFile.readOrCreate(place.data().resolve("secrets/on-call-webhook"));
        openRoute(place, pagerPort);
        keepLogCounts(place);
        try (Pager pager = new Pager(pagerPort, key, clock);
                Installation product = new Installation(place, "--resolve-after", "30")) {
            say("ready after " + product.start(Map.of()).toSeconds() + " s");
            try (ProofBed bed = ProofBed.start(place, settings.seed())) {
                return quiet(pager, bed);
            }
        }
    }

    /** The demo's own route, switched on and pointed at the pager. */
    private static void openRoute(Installation.Place place, int pagerPort) throws IOException {
        Path routes = place.config().resolve("routes.yaml");
        String closed = Files.readString(routes);
        String open = closed.replace(ROUTE_URL, "http://127.0.0.1:" + pagerPort + Pager.PATH)
                .replace("enabled: false", "enabled: true");
        if (!open.contains("enabled: true") || open.contains(ROUTE_URL)) {
            throw new IOException(routes + " is not the demo's: it has no closed route to " + ROUTE_URL);
        }
        Files.writeString(routes, open);
    }

    /** Counts of log records have a history only where the catalogue asks for it; the evidence needs one. */
    private static void keepLogCounts(Installation.Place place) throws IOException {
        Path catalogue = place.config().resolve("catalogue.yaml");
        String without = Files.readString(catalogue);
        String with = without.replace("\nmetrics:\n", "\nmetrics:\n  - {name: \"" + LOG_RECORDS + "\"}\n");
        if (with.equals(without)) {
            throw new IOException(catalogue + " has no list of metrics to add to");
        }
        Files.writeString(catalogue, with);
    }

    private boolean quiet(Pager pager, ProofBed bed)
            throws IOException, InterruptedException, SQLException, TestBed.NotStartedException {
        Installation.Place place = settings.place();
        QuietSchedule schedule = QuietSchedule.draw(settings.seed(), bed.services(), settings.length());
        Instant ready = clock.instant();
        say("the shop is ready; " + settings.calm().toSeconds() + " s of calm");
        Thread.sleep(settings.calm().toMillis());
        Instant began = clock.instant();
        for (Step step : schedule.steps()) {
            sleepUntil(began.plus(step.at()));
            order(bed, step);
        }
        sleepUntil(began.plus(settings.length()));
        Instant ended = clock.instant();
        say("the time is over; " + SETTLE.toSeconds() + " s for what comes late");
        Thread.sleep(SETTLE.toMillis());

        List<JsonNode> acts = new ArrayList<>();
        int lost = 0;
        for (JsonNode line : bed.platform().journal()) {
            String phase = line.path("phase").asString("");
            boolean foreign = !orders.containsKey(line.path("token").asString(""));
            if (phase.equals("intent") && foreign) {
                acts.add(line);
            }
            lost += phase.equals("note") && line.path("action").asString("").equals("exit") ? 1 : 0;
        }
        List<String> notApplied = new ArrayList<>(refused);
        notApplied.addAll(notApplied(bed));
        FindingReader findings = new FindingReader(place.jdbcUrl(), "evenkeel", place.databasePassword());
        List<FindingReader.Finding> found = findings.all();
        List<Map<String, Object>> incidents = incidents(place);
        long changesSeen = findings.changesSince(began);
        RollupReader rollups = new RollupReader(place.jdbcUrl(), "evenkeel", place.databasePassword());
        NoiseEvidence evidence = NoiseEvidence.of(
                schedule,
                began,
                new Window(ready.plus(AFTER_START), began),
                new NoiseEvidence.Rows(
                        rollups.minutesOf("jvm.gc.duration"),
                        rollups.minutesOf("jvm.cpu.recent_utilization"),
                        rollups.minutesOf(SignalKey.REQUESTS),
                        rollups.minutesOf(LOG_RECORDS)));
        List<String> unmoved = new ArrayList<>(evidence.unmoved());
        int deploys = schedule.of(Kind.DEPLOY).size();
        if (changesSeen < deploys) {
            unmoved.add(deploys + " deploys, but the product saw " + changesSeen + " changes");
        }
        Users users = users(bed.truth(), ready, ended);

        // Right before the control, so that a late page of the quiet time is not taken for the control's.
        List<Pager.Page> pages = pager.pages();
        double controlSeconds = control(pager, bed, pages.size());
        boolean controlPaged = controlSeconds >= 0;
        boolean holds = pages.isEmpty()
                && acts.isEmpty()
                && lost == 0
                && notApplied.isEmpty()
                && unmoved.isEmpty()
                && controlPaged;
        Map<Kind, Integer> ordered = new LinkedHashMap<>();
        for (Kind kind : Kind.values()) {
            ordered.put(kind, schedule.of(kind).size());
        }
        ResultFile.write(
                settings.result(),
                new Result(
                        holds,
                        pages.size(),
                        acts.size(),
                        lost,
                        unmoved,
                        controlPaged,
                        controlSeconds,
                        settings.seed(),
                        settings.length().toMinutes(),
                        ordered,
                        notApplied,
                        changesSeen,
                        evidence.movements(),
                        users,
                        pages,
                        acts,
                        incidents,
                        found,
                        schedule.steps(),
                        began),
                terminal);
        say((holds ? "HOLDS: " : "BROKEN: ") + settings.length().toMinutes() + " min, seed " + settings.seed() + ", "
                + ordered + "; pages " + pages.size() + ", acts " + acts.size() + ", incidents " + incidents.size()
                + " of which " + incidents.stream().filter(QuietHour::pages).count() + " page, findings "
                + found.size() + ", users' failures " + users.failed() + " of " + users.sent() + "; unmoved "
                + unmoved + "; the fault after it "
                + (controlPaged ? "paged after " + Math.round(controlSeconds) + " s" : "did not page"));
        return holds;
    }

    private void order(ProofBed bed, Step step) throws InterruptedException, TestBed.NotStartedException {
        String key = "quiet-" + (orders.size() + 1);
        orders.put(key, step);
        String words = step.kind() + " " + step.service();
        say("+" + step.at().toSeconds() + " s " + words);
        try {
            switch (step.kind()) {
                case DEPLOY ->
                    bed.platform().deploy(step.service(), bed.platform().newRelease(step.service()), key);
                case BATCH -> bed.platform().chore(step.service(), "batch", step.lasts(), key);
                case WARNINGS -> bed.platform().chore(step.service(), "warnings", step.lasts(), key);
                case CALL -> bed.call(callerTruth(key), CALL_REQUESTS_PER_SECOND, step.lasts());
            }
        } catch (IOException e) {
            refused.add(words + ": " + e.getMessage());
        }
    }

    private Path callerTruth(String key) {
        return settings.place().data().resolve(key + "-truth.jsonl");
    }

    private List<String> notApplied(ProofBed bed) throws IOException, InterruptedException {
        List<String> failures = new ArrayList<>();
        for (Map.Entry<String, Step> order : orders.entrySet()) {
            if (order.getValue().kind() == Kind.CALL) {
                continue;
            }
            JsonNode operation = bed.platform().operation(order.getKey());
            if (!operation.path("state").asString("").equals("applied")) {
                failures.add(operation.toString());
            }
        }
        return failures;
    }

    private static Users users(Path truth, Instant from, Instant to) throws IOException {
        long sent = 0;
        long failed = 0;
        for (String line : Files.readAllLines(truth)) {
            JsonNode second = Json.tree(line);
            Instant at = Instant.parse(second.path("second").asString());
            if (!at.isBefore(from) && at.isBefore(to)) {
                sent += second.path("sent").asLong();
                failed += second.path("failed").asLong();
            }
        }
        return new Users(sent, failed);
    }

    private static List<Map<String, Object>> incidents(Installation.Place place)
            throws IOException, InterruptedException {
        Person person = new Person(place.console());
        person.signIn("admin", place.adminPassword());
        List<Map<String, Object>> incidents = new ArrayList<>();
        for (JsonNode card : Json.tree(person.get("/api/v1/incidents?limit=500").body())) {
            long number = card.path("number").asLong();
            JsonNode detail =
                    Json.tree(person.get("/api/v1/incidents/" + number).body());
            Map<String, Object> seen = new LinkedHashMap<>();
            for (String field : List.of(
                    "number", "state", "severity", "pages", "title", "onset", "detectedAt", "resolvedAt", "cause")) {
                seen.put(field, detail.path(field));
            }
            seen.put("suspects", detail.path("suspects"));
            List<String> executions = new ArrayList<>();
            detail.path("executions")
                    .forEach(execution ->
                            executions.add(execution.path("runbook").asString("") + " "
                                    + execution.path("state").asString("")));
            seen.put("executions", executions);
            incidents.add(seen);
        }
        return incidents;
    }

    private static boolean pages(Map<String, Object> incident) {
        return incident.get("pages") instanceof JsonNode pages && pages.asBoolean();
    }

    /** A real fault, so that a pager that hears nothing is known to work: seconds until it rings, -1 when it does not. */
    private double control(Pager pager, ProofBed bed, int before) throws IOException, InterruptedException {
        bed.platform().inject(CONTROL_SERVICE, "bad-deploy", 2);
        say("control: a bad deploy of " + CONTROL_SERVICE);
        long began = System.nanoTime();
        while (System.nanoTime() - began < CONTROL.toNanos()) {
            List<Pager.Page> pages = pager.pages();
            if (pages.subList(before, pages.size()).stream().anyMatch(Pager.Page::isSigned)) {
                return (System.nanoTime() - began) / 1e9;
            }
            Thread.sleep(500);
        }
        return -1;
    }

    private void sleepUntil(Instant moment) throws InterruptedException {
        long millis = Duration.between(clock.instant(), moment).toMillis();
        if (millis > 0) {
            Thread.sleep(millis);
        }
    }

    private void say(String words) {
        terminal.println(clock.instant().truncatedTo(java.time.temporal.ChronoUnit.SECONDS) + " " + words);
    }
}
