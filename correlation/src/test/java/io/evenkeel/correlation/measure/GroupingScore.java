package io.evenkeel.correlation.measure;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How well groups match the truth, over pairs of alerts and over incidents (design CORRELATION.md, section 3): pair
 * precision, recall and F1; adjusted Rand index (Hubert and Arabie 1985); share of incidents recovered by a group with an
 * intersection over union of at least one half. Noise alerts are incidents of their own.
 *
 * @param precision pairs rightly together of pairs together
 * @param recall pairs rightly together of pairs that belong together
 * @param f1 harmonic mean of both
 * @param rand adjusted Rand index, mean over streams
 * @param recovered share of true incidents recovered
 */
record GroupingScore(double precision, double recall, double f1, double rand, double recovered) {
    /** Sums over streams. */
    static final class Tally {
        private double both;
        private double told;
        private double true_;
        private double rand;
        private int streams;
        private int incidents;
        private int found;

        /**
         * @param groups group number per alert
         * @param truth incident per alert, -1 for noise
         */
        void add(int[] groups, int[] truth) {
            int[] labels = truth.clone();
            int next = 1_000_000;
            for (int i = 0; i < labels.length; i++) {
                labels[i] = labels[i] < 0 ? next++ : labels[i];
            }
            double together = 0;
            double byGroup = 0;
            double byTruth = 0;
            for (int i = 0; i < labels.length; i++) {
                for (int j = 0; j < i; j++) {
                    boolean sameGroup = groups[i] == groups[j];
                    boolean sameTruth = labels[i] == labels[j];
                    together += sameGroup && sameTruth ? 1 : 0;
                    byGroup += sameGroup ? 1 : 0;
                    byTruth += sameTruth ? 1 : 0;
                }
            }
            both += together;
            told += byGroup;
            true_ += byTruth;
            double pairs = labels.length * (labels.length - 1) / 2.0;
            double expected = byGroup * byTruth / pairs;
            double most = (byGroup + byTruth) / 2;
            rand += most == expected ? 1 : (together - expected) / (most - expected);
            streams++;
            recover(groups, truth);
        }

        private void recover(int[] groups, int[] truth) {
            Map<Integer, Set<Integer>> incidentsOf = members(truth);
            incidentsOf.remove(-1);
            List<Set<Integer>> groupSets = new ArrayList<>(members(groups).values());
            for (Set<Integer> incident : incidentsOf.values()) {
                incidents++;
                boolean hit = groupSets.stream().anyMatch(group -> {
                    Set<Integer> shared = new HashSet<>(group);
                    shared.retainAll(incident);
                    return shared.size() >= 0.5 * (group.size() + incident.size() - shared.size());
                });
                found += hit ? 1 : 0;
            }
        }

        private static Map<Integer, Set<Integer>> members(int[] labels) {
            Map<Integer, Set<Integer>> members = new HashMap<>();
            for (int i = 0; i < labels.length; i++) {
                members.computeIfAbsent(labels[i], label -> new HashSet<>()).add(i);
            }
            return members;
        }

        GroupingScore score() {
            double precision = told == 0 ? 1 : both / told;
            double recall = true_ == 0 ? 1 : both / true_;
            double f1 = precision + recall == 0 ? 0 : 2 * precision * recall / (precision + recall);
            return new GroupingScore(precision, recall, f1, rand / streams, (double) found / incidents);
        }
    }
}
