package io.evenkeel.benchmarks.series;

import io.evenkeel.learning.baseline.Part;
import io.evenkeel.learning.baseline.Surprise;
import io.evenkeel.learning.baseline.SurpriseBank;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The product's own detector, whole and without each of its parts. */
final class Ours {
    static final String NAME = "Evenkeel";

    private Ours() {}

    static Contender whole() {
        return new Contender(NAME, series -> new Detector(Part.all()));
    }

    /** What is lost without a part is what the part is worth. */
    static List<Contender> ablations() {
        List<Contender> without = new ArrayList<>();
        for (Part part : Part.values()) {
            String name =
                    NAME + " without " + part.name().toLowerCase(Locale.ROOT).replace('_', ' ');
            without.add(new Contender(name, series -> new Detector(Part.allBut(part))));
        }
        return without;
    }

    private static final class Detector implements SeriesDetector {
        private final SurpriseBank bank;
        private final Surprise said = new Surprise();

        Detector(Set<Part> parts) {
            bank = new SurpriseBank(parts);
            bank.add();
        }

        @Override
        public double score(long epochSecond, double value) {
            bank.judge(0, epochSecond * 1000, value, said);
            return said.score;
        }

        @Override
        public boolean isAlarm() {
            return said.isAlarm();
        }
    }
}
