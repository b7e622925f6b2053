package io.evenkeel.remediation.app;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The last tenth of the disk under the data directory, kept for incidents, intents and the audit trail: while it is
 * touched no rollups are stored.
 */
final class DiskReserve {
    /** The same share at which the OTLP door stops taking data. */
    private static final double RESERVE = 0.10;

    private static final Logger LOG = LoggerFactory.getLogger(DiskReserve.class);

    private final Path dataDir;

    DiskReserve(Path dataDir) {
        this.dataDir = dataDir;
    }

    /** True when less than a tenth is free; false when that cannot be found out. */
    boolean isTouched() {
        try {
            FileStore store = Files.getFileStore(dataDir);
            return store.getUsableSpace() < RESERVE * store.getTotalSpace();
        } catch (IOException e) {
            LOG.debug("cannot read how full the disk under {} is", dataDir, e);
            return false;
        }
    }
}
