package io.evenkeel.launcher;

import io.evenkeel.detection.History;
import io.evenkeel.ingest.replay.OtlpFile;
import io.evenkeel.ingest.replay.UnreadableRequestException;
import io.evenkeel.launcher.backfill.PrometheusBackfill;
import io.evenkeel.launcher.kafka.PriorsTopic;
import io.evenkeel.launcher.setup.StartupException;
import io.evenkeel.learning.baseline.Prior;
import io.evenkeel.wire.otlp.MalformedRequestException;
import io.evenkeel.wire.otlp.Undecodable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** Lets the detection job know what signals did before it saw them. Trains and never alerts. */
@Command(
        name = "backfill",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Learn from the past: what a Prometheus kept, or the files of a Collector's file exporter."
                    + " Bands then stand from a signal's first minute on. Nothing of it is judged or drawn, and the same"
                    + " past learned twice counts once. Evenkeel must be running.",
            "For example:  backfill --prometheus http://prometheus:9090 --query 'jvm_thread_count{job=\"shop/cart\"}'"
        })
final class BackfillCommand implements Callable<Integer> {
    @ParentCommand
    private Evenkeel evenkeel;

    @Mixin
    BackfillOptions options = new BackfillOptions();

    @Mixin
    MaskOptions masking = new MaskOptions();

    @Option(
            names = "--kafka",
            paramLabel = "HOST:PORT",
            defaultValue = "127.0.0.1:9392",
            description = "Evenkeel's Kafka, --port-base + 2 of ./evenkeel run. Default: ${DEFAULT-VALUE}.")
    String kafka = "127.0.0.1:9392";

    @Option(
            names = "--data-dir",
            paramLabel = "DIR",
            description = "Where the bookmark lies from which an interrupted backfill goes on, below backfill/."
                    + " Default: that of ./evenkeel run.")
    @Nullable
    Path dataDir;

    @Override
    public Integer call() throws InterruptedException {
        options.check();
        PriorsTopic topic = new PriorsTopic(kafka);
        topic.require();
        if (options.otlp != null) {
            fromFiles(options.otlp, topic);
        } else {
            fromPrometheus(topic);
        }
        return 0;
    }

    private void fromPrometheus(PriorsTopic topic) throws InterruptedException {
        Terminal terminal = evenkeel.terminal();
        PrometheusBackfill.Question question = options.question();
        Path bookmark = DataDirectory.of(dataDir, DataDirectory.defaultRoot())
                .root()
                .resolve("backfill")
                .resolve(UUID.nameUUIDFromBytes((question.prometheus()
                                        + '\n'
                                        + question.query()
                                        + '\n'
                                        + question.metric()
                                        + question.golden())
                                .getBytes(StandardCharsets.UTF_8))
                        + ".learned");
        if (Files.exists(bookmark)) {
            terminal.line("Goes on where an earlier run was (" + bookmark + ")");
        }
        PrometheusBackfill backfill =
                new PrometheusBackfill(options.api(question.prometheus()), question, masking.mask(), bookmark);
        long begun = System.nanoTime();
        Progress[] progress = {null};
        PrometheusBackfill.Outcome outcome = backfill.run(Instant.now(), (share, upTo, series, points) -> {
            if (progress[0] == null) {
                progress[0] = new Progress(terminal, System.console() != null, share);
            }
            progress[0].at(
                    share,
                    Duration.ofNanos(System.nanoTime() - begun),
                    upTo.toString().substring(0, 16) + ", " + series + " series, " + points + " values");
        });
        topic.write(outcome.priors(), Instant.now());
        backfill.forget();
        tell(outcome.priors(), outcome.from() + " to " + outcome.to());
    }

    private void fromFiles(Path path, PriorsTopic topic) {
        History history = new History(masking.mask(), InstantSource.system());
        long requests = 0;
        long undecodable = 0;
        try {
            for (Path file : ReplayCommand.files(path)) {
                try (OtlpFile recorded = new OtlpFile(file, options.told(), "--otlp-signal")) {
                    for (boolean more = true; more; ) {
                        try {
                            var request = recorded.next();
                            more = request.isPresent();
                            requests += more ? 1 : 0;
                            undecodable += more && !learn(history, request.get()) ? 1 : 0;
                        } catch (UnreadableRequestException e) {
                            evenkeel.terminal().problem(e.getMessage() + "; it is left out");
                            requests++;
                            undecodable++;
                        }
                    }
                }
                evenkeel.terminal().line(file + ": read");
            }
        } catch (IOException e) {
            throw new StartupException(String.valueOf(e.getMessage()), e);
        }
        if (undecodable > 0) {
            evenkeel.terminal().problem(undecodable + " of " + requests + " requests cannot be read; the others count");
        }
        Map<String, Prior> priors = history.priors();
        tellLeftOut(history);
        if (priors.isEmpty()) {
            throw new StartupException(
                    "nothing in " + path + " is long enough to learn from: a signal needs nine steps");
        }
        topic.write(priors, Instant.now());
        tell(priors, path + " (" + requests + " requests)");
    }

    private void tellLeftOut(History history) {
        if (history.fromTheFuture() > 0) {
            evenkeel.terminal()
                    .problem(history.fromTheFuture()
                            + " points, spans and log records claim to be of the future and are left out;"
                            + " look at the clocks of who sent them");
        }
        if (history.refusedSteps() > 0 || history.points().refused > 0) {
            evenkeel.terminal()
                    .problem(history.refusedSteps() + " steps of operations and calls and "
                            + history.points().refused + " points are of more signals than are kept of one service;"
                            + " an attribute or a route that holds ids makes them");
        }
    }

    private static boolean learn(History history, OtlpFile.Request request) {
        try {
            Undecodable fault = history.accept(request.signal(), request.body());
            return fault == null;
        } catch (MalformedRequestException e) {
            return false;
        }
    }

    private void tell(Map<String, Prior> priors, String from) {
        long seasoned = priors.values().stream().filter(Prior::isSeasoned).count();
        evenkeel.terminal()
                .line(
                        "Learned " + priors.size() + (priors.size() == 1 ? " signal from " : " signals from ") + from
                                + ", " + seasoned
                                + " of them with the shape of a day. Each is used as soon as its signal reports; the others wait.");
        priors.keySet().stream().limit(5).forEach(signal -> evenkeel.terminal().line("  " + signal));
        if (priors.size() > 5) {
            evenkeel.terminal().line("  and " + (priors.size() - 5) + " more");
        }
    }
}
