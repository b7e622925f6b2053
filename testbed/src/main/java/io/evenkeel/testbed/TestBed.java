package io.evenkeel.testbed;

import io.evenkeel.testbed.load.LoadGenerator;
import io.evenkeel.testbed.load.LoadModel;
import io.evenkeel.testbed.supervisor.Supervisor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/**
 * What a launcher needs to run the bed: the two processes it starts (the supervisor starts the shop), and when they are
 * ready. The launcher owns the processes; both end by themselves when it is gone.
 */
public final class TestBed {
    private static final List<String> JVM = List.of(
            "-Xmx64m",
            "-Xss512k",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Dsun.net.httpserver.nodelay=true",
            "-Dlogback.configurationFile=shop-logback.xml");

    private TestBed() {}

    /** The bed could not be started; the message is for the person at the keyboard. */
    public static final class NotStartedException extends Exception {
        private static final long serialVersionUID = 1L;

        public NotStartedException(String message) {
            super(message);
        }
    }

    /**
     * The supervisor, ready to be started. Its words go to {@code logs/supervisor.log}.
     *
     * @throws NotStartedException when the build has not made what it runs from
     * @throws IOException when the data directory cannot be written
     */
    public static ProcessBuilder supervisor(TestBedOptions options) throws IOException, NotStartedException {
        List<String> command = command(options, Supervisor.class.getName());
        flag(command, "port", options.supervisorPort());
        flag(command, "shop-port-base", options.shopPortBase());
        flag(command, "data-dir", options.dataDir());
        flag(command, "token-file", options.tokenFile());
        flag(command, "parent-pid", options.parentPid());
        flag(command, "environment", options.environment());
        flag(command, "otlp-endpoint", options.otlpEndpoint());
        flag(command, "otlp-protocol", options.otlpProtocol());
        flag(command, "agent", options.home().resolve("opentelemetry-javaagent.jar"));
        flag(command, "seed", options.seed());
        flag(
                command,
                "names",
                options.allNames().entrySet().stream()
                        .map(name -> name.getKey().word() + "=" + name.getValue())
                        .collect(Collectors.joining(",")));
        flag(command, "inventory-jdbc-url", options.database().jdbcUrl());
        flag(command, "inventory-user", options.database().user());
        flag(command, "inventory-password-file", options.database().passwordFile());
        return process(options, command, "supervisor.log");
    }

    /**
     * The load, ready to be started once the shop is ready. Its words go to {@code logs/load.log}.
     *
     * @throws NotStartedException when the build has not made what it runs from
     * @throws IOException when the data directory cannot be written
     */
    public static ProcessBuilder loadGenerator(TestBedOptions options) throws IOException, NotStartedException {
        List<String> command = command(options, LoadGenerator.class.getName());
        flag(command, "registry", options.registryFile());
        flag(command, "port", options.loadPort());
        flag(command, "truth", options.truthFile());
        LoadModel load = options.load();
        flag(command, "rate", load.requestsPerSecond());
        flag(command, "swing", load.swing());
        flag(command, "zone", load.zone());
        flag(command, "seed", load.seed());
        flag(command, "parent-pid", options.parentPid());
        return process(options, command, "load.log");
    }

    /**
     * A further caller beside the users, ready to be started: a partner's import that runs by the clock. It sends what
     * users send, keeps a tally of its own, and ends by itself.
     *
     * @param truth its tally, as {@link TestBedOptions#truthFile()}
     * @param requestsPerSecond beside those of the users
     * @param lasts how long it sends
     * @throws NotStartedException when the build has not made what it runs from
     * @throws IOException when the data directory cannot be written
     */
    public static ProcessBuilder caller(TestBedOptions options, Path truth, double requestsPerSecond, Duration lasts)
            throws IOException, NotStartedException {
        List<String> command = command(options, LoadGenerator.class.getName());
        flag(command, "registry", options.registryFile());
        flag(command, "port", 0);
        flag(command, "truth", truth);
        flag(command, "rate", requestsPerSecond);
        flag(command, "swing", 0);
        flag(command, "seconds", lasts.toSeconds());
        flag(command, "seed", options.seed() + 1);
        flag(command, "parent-pid", options.parentPid());
        return process(options, command, "caller.log");
    }

    /**
     * Waits until every replica is ready.
     *
     * @param progress told whenever the number of ready replicas changes, for example {@code 3 of 7}
     * @throws NotStartedException when the supervisor ended, a replica does not start, or the time is over
     */
    public static void awaitShop(TestBedOptions options, Process supervisor, Duration within, Consumer<String> progress)
            throws NotStartedException, InterruptedException {
        SupervisorClient client = new SupervisorClient(options.supervisorPort(), options.tokenFile());
        long deadline = System.nanoTime() + within.toNanos();
        String last = "";
        while (System.nanoTime() < deadline) {
            if (supervisor.waitFor(200, TimeUnit.MILLISECONDS)) {
                throw new NotStartedException("the test bed's supervisor ended with code " + supervisor.exitValue()
                        + ": " + lastLine(options.logs().resolve("supervisor.log")));
            }
            JsonNode health = client.healthOrNothing();
            String now =
                    health.path("ready").asInt(0) + " of " + health.path("of").asInt(0);
            if (!now.equals(last) && health.has("of")) {
                progress.accept(now);
                last = now;
            }
            String state = health.path("state").asString("");
            if (state.equals("ready")) {
                return;
            }
            if (state.equals("failed")) {
                throw new NotStartedException("the shop does not start: "
                        + health.path("error").asString("") + " (logs in " + options.logs() + ")");
            }
        }
        throw new NotStartedException("the shop was not ready within " + within.toSeconds() + " s (" + last
                + " replicas; logs in " + options.logs() + ")");
    }

    private static List<String> command(TestBedOptions options, String main) throws NotStartedException {
        List<String> missing = options.missing();
        if (!missing.isEmpty()) {
            throw new NotStartedException("the test bed is not built: " + options.home() + " lacks "
                    + String.join(" and ", missing) + "; run ./mvnw -pl testbed package");
        }
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(JVM);
        command.addAll(List.of("-cp", options.home().resolve("lib") + "/*", main));
        return command;
    }

    private static void flag(List<String> command, String name, Object value) {
        command.add("--" + name);
        command.add(value.toString());
    }

    private static ProcessBuilder process(TestBedOptions options, List<String> command, String log) throws IOException {
        Files.createDirectories(options.logs());
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(options.logs().resolve(log).toFile());
    }

    private static String lastLine(Path log) {
        try {
            List<String> lines = Files.readAllLines(log);
            return lines.isEmpty() ? "it said nothing" : lines.get(lines.size() - 1);
        } catch (IOException e) {
            return "see " + log;
        }
    }
}
