package io.evenkeel.benchmarks.proof;

import io.evenkeel.benchmarks.Arguments;
import io.evenkeel.benchmarks.proof.postgres.RepairReader;
import io.evenkeel.remediation.runner.FaultPoints;
import io.evenkeel.testbed.TestBed;
import java.io.IOException;
import java.io.PrintStream;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Proof: when the product dies between intent and effect, or between effect and verification, the platform's own journal
 * shows exactly one rollback after the restart, and the repair is verified.
 *
 * <p>For each place: a fresh installation and a fresh shop; {@code payment} gets its bad version; a person approves; when
 * the repair has reached that place the JVM gets SIGKILL from here; it is started again without the fault point.
 */
public final class KillPoints {
    private static final String SERVICE = "payment";
    private static final String RUNBOOK = "rollback-bad-deploy";
    /** 128 + SIGKILL, as the operating system tells it. */
    private static final int KILLED = 137;

    private static final Duration DETECTION = Duration.ofMinutes(5);
    private static final Duration DEATH = Duration.ofMinutes(5);
    private static final Duration RECOVERY = Duration.ofMinutes(10);

    private final Installation.Place first;
    private final long seed;
    private final Duration calm;
    private final PrintStream terminal;

    /**
     * What one run saw.
     *
     * @param place name of the fault point
     * @param exitStatus of the killed product
     * @param rollbacksAtDeath begun by the platform when the product was dead
     * @param rollbacks begun by the platform in the end
     * @param applied rollbacks that the platform finished
     * @param executions repairs of that runbook in the product's database
     * @param state of the approved one
     * @param verdict of the approved one
     * @param verified whether it was judged by looking at the service
     * @param incident state of its incident at the end
     * @param version that the service runs in the end
     * @param goodVersion that it ran before the bad deploy
     * @param auditHolds the product's own word on its audit chain
     */
    private record Seen(
            boolean holds,
            String place,
            int exitStatus,
            long rollbacksAtDeath,
            long rollbacks,
            long applied,
            int executions,
            String state,
            String verdict,
            boolean verified,
            String verdictText,
            String incident,
            String version,
            String goodVersion,
            boolean auditHolds,
            double secondsToApproval,
            double secondsToVerdict) {}

    private record Result(boolean holds, long seed, List<Seen> places) {}

    private KillPoints(Installation.Place first, long seed, Duration calm, PrintStream terminal) {
        this.first = first;
        this.seed = seed;
        this.calm = calm;
        this.terminal = terminal;
    }

    /** Options: {@code --home --data-dir --result --port --seed --calm --places}. */
    public static void main(String[] options) throws Exception {
        Arguments arguments = Arguments.known(
                options, Set.of("--home", "--data-dir", "--result", "--port", "--seed", "--calm", "--places"));
        Path home = arguments.path("--home", Path.of("."));
        Path work = home.resolve("benchmarks/target/proof");
        Installation.Place first = new Installation.Place(
                home, arguments.path("--data-dir", work.resolve("kill-points")), arguments.number("--port", 19700));
        KillPoints proof = new KillPoints(
                first, arguments.number("--seed", 1), Duration.ofSeconds(arguments.number("--calm", 150)), System.out);
        List<Seen> seen = new ArrayList<>();
        for (String place : arguments
                .text("--places", "after-intent,after-effect,before-verify")
                .split(",", -1)) {
            seen.add(proof.dieAt(place));
        }
        boolean holds = seen.stream().allMatch(Seen::holds);
        ResultFile.write(
                arguments.path("--result", work.resolve("kill-points.json")),
                new Result(holds, proof.seed, seen),
                System.out);
        System.exit(holds ? 0 : 1);
    }

    private Seen dieAt(String place)
            throws IOException, InterruptedException, SQLException, TestBed.NotStartedException {
        Installation.Place at =
                new Installation.Place(first.home(), first.data().resolve(place), first.port());
        if (Files.exists(at.data())) {
            throw new IOException(at.data() + " exists; a proof starts from nothing: choose another --data-dir");
        }
        ProofBed.configure(at);
        try (Installation product = new Installation(at, "--resolve-after", "30")) {
            terminal.printf(
                    "%s: ready after %.1f s%n",
                    place, product.start(Map.of(FaultPoints.VARIABLE, place)).toMillis() / 1000.0);
            try (ProofBed bed = ProofBed.start(at, seed)) {
                terminal.printf("%s: the shop is ready; %d s of calm%n", place, calm.toSeconds());
                Thread.sleep(calm.toMillis());
                return afterCalm(place, product, bed);
            }
        }
    }

    private Seen afterCalm(String place, Installation product, ProofBed bed)
            throws IOException, InterruptedException, SQLException {
        Installation.Place at = product.place();
        RepairReader repairs = new RepairReader(at.jdbcUrl(), "evenkeel", at.databasePassword());
        String goodVersion = bed.versionOf(SERVICE);
        bed.platform().inject(SERVICE, "bad-deploy", 2);
        long broken = System.nanoTime();
        RepairReader.Repair asked = await(
                "a rollback waits for approval",
                repairs,
                DETECTION,
                repair -> repair.state().equals("AWAITING_APPROVAL"));
        double secondsToApproval = secondsSince(broken);
        terminal.printf("%s: INC-%d asks for approval after %.0f s%n", place, asked.incident(), secondsToApproval);
        long begun = bed.journalled("intent", "rollback", SERVICE);
        approve(at, repairs);
        product.awaitLogged(FaultPoints.HELD + place, DEATH);
        int status = product.kill();
        long atDeath = bed.journalled("intent", "rollback", SERVICE) - begun;
        terminal.printf("%s: killed, the product ended with %d; rollbacks begun: %d%n", place, status, atDeath);
        product.start(Map.of());
        RepairReader.Repair ended = await(
                "the repair has ended",
                repairs,
                RECOVERY,
                repair -> repair.id().equals(asked.id()) && repair.isEnded());
        double secondsToVerdict = secondsSince(broken);
        long rollbacks = bed.journalled("intent", "rollback", SERVICE) - begun;
        long applied = bed.journalled("applied", "rollback", SERVICE);
        boolean auditHolds = auditHolds(at);
        boolean holds = status == KILLED
                && rollbacks == 1
                && applied == 1
                && ended.verdict().equals("RECOVERED")
                && ended.isVerified()
                && bed.versionOf(SERVICE).equals(goodVersion)
                && auditHolds;
        return new Seen(
                holds,
                place,
                status,
                atDeath,
                rollbacks,
                applied,
                repairs.of(RUNBOOK).size(),
                ended.state(),
                ended.verdict(),
                ended.isVerified(),
                ended.text(),
                repairs.stateOf(ended.incident()).orElse(""),
                bed.versionOf(SERVICE),
                goodVersion,
                auditHolds,
                secondsToApproval,
                secondsToVerdict);
    }

    /** Says yes to what is shown; when that has changed meanwhile, looks again and says yes to the new. */
    private static void approve(Installation.Place at, RepairReader repairs)
            throws IOException, InterruptedException, SQLException {
        Person person = new Person(at.console());
        person.signIn("admin", at.adminPassword());
        int conflict = 409;
        for (int attempt = 0; attempt < 5; attempt++) {
            RepairReader.Repair shown = await(
                    "a rollback waits for approval",
                    repairs,
                    DETECTION,
                    repair -> repair.state().equals("AWAITING_APPROVAL"));
            HttpResponse<String> answer = person.post(
                    "/i/" + shown.incident(),
                    "/api/v1/executions/" + shown.id() + "/approve",
                    Map.of("digest", shown.digest(), "reason", "proof", "returnTo", "/i/" + shown.incident()));
            if (answer.statusCode() / 100 == 3) {
                return;
            }
            if (answer.statusCode() != conflict) {
                throw new IOException("approval was answered " + answer.statusCode() + ": " + answer.body());
            }
        }
        throw new IOException("five approvals were stale");
    }

    private static boolean auditHolds(Installation.Place at) throws IOException, InterruptedException {
        Person person = new Person(at.console());
        person.signIn("admin", at.adminPassword());
        return person.get("/api/v1/audit/verify").body().contains("\"holds\":true");
    }

    private static RepairReader.Repair await(
            String what, RepairReader repairs, Duration limit, Predicate<RepairReader.Repair> wanted)
            throws SQLException, InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        while (true) {
            List<RepairReader.Repair> all = repairs.of(RUNBOOK);
            for (RepairReader.Repair repair : all) {
                if (wanted.test(repair)) {
                    return repair;
                }
            }
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException(
                        "waited " + limit.toSeconds() + " s in vain: " + what + "; executions: " + all);
            }
            Thread.sleep(500);
        }
    }

    private static double secondsSince(long nanos) {
        return (System.nanoTime() - nanos) / 1e9;
    }
}
