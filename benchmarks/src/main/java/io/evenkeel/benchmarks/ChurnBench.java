package io.evenkeel.benchmarks;

import io.evenkeel.benchmarks.JobRates.Way;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * {@link Goal#P11}: rate of the whole detection job while a hundredth of the series is replaced by new ones each minute, a
 * hundredth of the points comes late and a tenth has its attributes in an order drawn anew, in units of its rate without all
 * that. A minute is six ticks of the load's own time, see {@link Churn}. Both sides write a checkpoint each second.
 *
 * <p>Before that both ways run a smaller load with every metric rolled up: each minute of each series, old and new, must hold
 * as many points as were sent, late ones included, and their mean.
 *
 * <p>{@code ChurnBench [--seed N] [--rounds 5] [--ticks 96] [--entities 1000] [--churn all] [--json FILE]};
 * {@code --churn new}, {@code late}, {@code shuffled} or two of them tell what each costs, which is not the goal.
 */
final class ChurnBench {
    private ChurnBench() {}

    public static void main(String[] words) throws IOException, InterruptedException {
        Arguments arguments = Arguments.of(words);
        GoalResult result = GoalResult.start(Goal.P11, arguments);
        String churn = arguments.text("--churn", "all");
        Path directory = Files.createTempDirectory("evenkeel-bench");
        try {
            JobRates rates = new JobRates(
                    result,
                    ChildJvm.flags(2048, "-XX:+UseSerialGC"),
                    arguments.number("--entities", 1000),
                    arguments.number("--rounds", 5),
                    arguments.number("--ticks", 96),
                    directory);
            Way changing = new Way("churn", List.of("--churn", churn));
            Way calm = new Way("calm", List.of());
            rates.verify(changing);
            rates.verify(calm);
            rates.compare(changing, calm);
            if (!Churn.of(churn).equals(Churn.of("all"))) {
                result.wrong("tried with " + churn + " alone; the goal is about all of it");
            }
        } finally {
            FrameworkBench.delete(directory);
        }
        System.exit(result.finish());
    }
}
