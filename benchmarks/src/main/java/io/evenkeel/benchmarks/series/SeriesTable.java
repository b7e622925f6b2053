package io.evenkeel.benchmarks.series;

import io.evenkeel.benchmarks.Arguments;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Who is right how often: every detector of a list on every labelled series of a folder, counted by {@link OpsScorer} and
 * {@link NabScorer}, in one table. Detectors see times and values only; the labels are for counting.
 *
 * <p>Exits 1 where ours misses a goal. {@code SeriesTable --data DIR [--only NAME,NAME] [--seed 1] [--json FILE]}; names are those of the first column but
 * for their commas, {@code fixed} is the oracle of thresholds by hand.
 */
public final class SeriesTable {
    private static final String ORACLE = "fixed";

    private final SeriesSet set;
    private final List<Standing> standings = new ArrayList<>();
    private final List<String> only;
    private final long seed;

    private SeriesTable(SeriesSet set, List<String> only, long seed) {
        this.set = set;
        this.only = only;
        this.seed = seed;
    }

    public static void main(String[] words) throws IOException {
        Arguments arguments;
        Path data;
        long seed;
        try {
            arguments = Arguments.known(words, Set.of("--data", "--only", "--seed", "--json"));
            data = arguments.path("--data", Path.of("series"));
            seed = arguments.number("--seed", 1);
            if (!Files.isDirectory(data)) {
                throw new IllegalArgumentException("--data " + data + " is no directory of labelled series");
            }
        } catch (IllegalArgumentException wrong) {
            System.err.println("evenkeel bench series: " + wrong.getMessage());
            System.err.println("usage: evenkeel bench series --data DIR [--only NAME,NAME] [--seed N] [--json FILE]");
            System.exit(2);
            return;
        }
        List<String> only = Arrays.stream(arguments.text("--only", "").split(",", -1))
                .map(SeriesTable::plain)
                .filter(name -> !name.isEmpty())
                .toList();
        SeriesTable table = new SeriesTable(new SeriesSet(LabelledSeries.load(data), seed), only, seed);
        boolean reached = table.run();
        String file = arguments.text("--json", "");
        if (!file.isEmpty()) {
            Files.write(Path.of(file), StandingJson.of(table.set.text(), seed, table.standings));
        }
        System.exit(reached ? 0 : 1);
    }

    /** @return false when both were judged and a goal was missed */
    private boolean run() {
        System.out.println(set.text() + "; seed " + seed);
        for (Contender contender : contenders()) {
            if (isWanted(contender.name())) {
                standings.add(set.judge(contender));
                System.out.print(".");
            }
        }
        if (isWanted(ORACLE)) {
            standings.add(set.fixedThresholds());
        }
        System.out.println();
        System.out.print(StandingText.of(standings, seed));
        Optional<Standing> ours = of(Ours.NAME);
        Optional<Standing> oracle = of(SeriesSet.ORACLE);
        if (ours.isEmpty() || oracle.isEmpty()) {
            return true;
        }
        SeriesGoals goals = new SeriesGoals(ours.get(), oracle.get(), SeriesGoals.pointsPerSecond(set.all()));
        System.out.print(goals.text());
        return goals.areReached();
    }

    private Optional<Standing> of(String name) {
        return standings.stream().filter(each -> each.name().equals(name)).findFirst();
    }

    private List<Contender> contenders() {
        List<Contender> all = new ArrayList<>();
        all.add(Ours.whole());
        all.addAll(Rivals.all(seed));
        all.addAll(Ours.ablations());
        return all;
    }

    private boolean isWanted(String name) {
        return only.isEmpty() || only.contains(plain(name));
    }

    private static String plain(String name) {
        return name.replace(",", "").strip().toLowerCase(Locale.ROOT);
    }
}
