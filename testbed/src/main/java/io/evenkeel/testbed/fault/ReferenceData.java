package io.evenkeel.testbed.fault;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/** The shop's reference data: a table of {@code product,value} per role, sound or with a range of records corrupted. */
public final class ReferenceData {
    private ReferenceData() {}

    /** Writes a sound table. */
    public static void writeSound(Path table, int products) throws IOException {
        write(table, products, 0, 0);
    }

    /**
     * Corrupts the records of a range of products, as an import with wrong number formats does.
     *
     * @param from first product, from 1
     * @param to last product, inclusive
     */
    public static void poison(Path table, int products, int from, int to) throws IOException {
        write(table, products, from, to);
    }

    private static void write(Path table, int products, int from, int to) throws IOException {
        List<String> lines = new ArrayList<>();
        for (int product = 1; product <= products; product++) {
            int value = 100 + product * 37 % 900;
            // The letter O for the figure 0, and a comma that nobody expects.
            lines.add(product + "," + (from <= product && product <= to ? "1O," + value : value));
        }
        Files.createDirectories(table.getParent());
        Path fresh = table.resolveSibling(table.getFileName() + ".new");
        Files.write(fresh, lines);
        Files.move(fresh, table, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
