package io.evenkeel.testbed.shop;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;

/**
 * Figures a service looks up by product: prices in catalog, fees in payment, taxes in checkout, warehouses in inventory,
 * banners in front. A file of lines {@code product,value} that others maintain and the service reads again when it
 * changed. A value is parsed when it is asked for, so that one bad record hurts only those who touch it. Thread-safe.
 */
final class ReferenceTable {
    private static final long LOOK_EVERY_MILLIS = 500;

    private final Path file;
    private List<String> values = List.of();
    private FileTime readAt = FileTime.fromMillis(0);
    private long lookedAtMillis = Long.MIN_VALUE / 2;

    ReferenceTable(Path file) {
        this.file = file;
    }

    /**
     * @param product from 1
     * @throws NumberFormatException if the record of this product is no figure
     * @throws IllegalArgumentException if there is no such product
     */
    int valueOf(int product) {
        List<String> now = values();
        if (product < 1 || product > now.size()) {
            throw new IllegalArgumentException("no product " + product);
        }
        return Integer.parseInt(now.get(product - 1));
    }

    private synchronized List<String> values() {
        long now = System.nanoTime() / 1_000_000;
        if (now - lookedAtMillis >= LOOK_EVERY_MILLIS) {
            lookedAtMillis = now;
            look();
        }
        return values;
    }

    private void look() {
        try {
            FileTime changedAt = Files.getLastModifiedTime(file);
            if (changedAt.equals(readAt)) {
                return;
            }
            List<String> fresh = new ArrayList<>();
            for (String line : Files.readAllLines(file)) {
                fresh.add(line.substring(line.indexOf(',') + 1));
            }
            values = List.copyOf(fresh);
            readAt = changedAt;
        } catch (IOException e) {
            throw new java.io.UncheckedIOException("cannot read reference data " + file, e);
        }
    }
}
