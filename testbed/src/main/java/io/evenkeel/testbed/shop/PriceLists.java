package io.evenkeel.testbed.shop;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/**
 * A batch as shops run them: suppliers' price lists are written as text, read again line by line and sorted; the last few
 * stay in memory to be compared with. Sized for the 80 MB heap of a shop process: a price takes about 140 bytes, so that
 * some 6 MB are alive at a time; the rest is garbage. One thread.
 */
final class PriceLists {
    private static final int LINES = 1_000;
    private static final int KEPT = 40;
    /** A pause of twice the work: at most a third of a core, also when the machine is slow. */
    private static final int PAUSE_PER_WORK = 2;

    private final SplittableRandom random;
    private final Deque<List<Price>> kept = new ArrayDeque<>();

    private record Price(String article, String supplier, int cents) {}

    PriceLists(SplittableRandom random) {
        this.random = random;
    }

    void workUntil(long endNanos) throws InterruptedException {
        while (System.nanoTime() < endNanos) {
            long began = System.nanoTime();
            kept.addLast(sorted(read(written())));
            if (kept.size() > KEPT) {
                kept.removeFirst();
            }
            long worked = System.nanoTime() - began;
            TimeUnit.NANOSECONDS.sleep(worked * PAUSE_PER_WORK);
        }
    }

    private String written() {
        StringBuilder text = new StringBuilder();
        for (int line = 0; line < LINES; line++) {
            text.append("article-").append(random.nextInt(1_000_000)).append(';');
            text.append("supplier-").append(random.nextInt(50)).append(';');
            text.append(random.nextInt(100, 100_000)).append('\n');
        }
        return text.toString();
    }

    private static List<Price> read(String text) {
        List<Price> prices = new ArrayList<>();
        text.lines().forEach(line -> {
            String[] fields = line.split(";");
            prices.add(new Price(fields[0], fields[1], Integer.parseInt(fields[2])));
        });
        return prices;
    }

    private static List<Price> sorted(List<Price> prices) {
        return prices.stream()
                .sorted(Comparator.comparing(Price::supplier)
                        .thenComparing(Price::article)
                        .thenComparing(Price::cents))
                .toList();
    }
}
