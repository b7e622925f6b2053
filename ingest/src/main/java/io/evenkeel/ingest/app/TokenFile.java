package io.evenkeel.ingest.app;

import io.evenkeel.ingest.SenderTokens;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The token file as it is now: looked at once a second, so that a token is taken away without a restart. A file that names
 * nobody any more shuts everybody out; while it is broken or gone the last good one counts. Safe for any thread.
 */
final class TokenFile implements Supplier<SenderTokens> {
    private static final Logger LOG = LoggerFactory.getLogger(TokenFile.class);
    private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Path file;
    private final AtomicLong lookedAt = new AtomicLong(System.nanoTime());
    private volatile Read read;

    private record Read(FileTime changed, SenderTokens tokens, String problem) {}

    /**
     * @throws IOException when it cannot be read
     * @throws IllegalArgumentException when a line of it is none, or it names no sender
     */
    TokenFile(Path file) throws IOException {
        this.file = file;
        FileTime changed = Files.getLastModifiedTime(file);
        read = new Read(changed, SenderTokens.parse(Files.readAllLines(file), null), "");
    }

    @Override
    public SenderTokens get() {
        long last = lookedAt.get();
        long now = System.nanoTime();
        if (now - last > LOOK_NANOS && lookedAt.compareAndSet(last, now)) {
            look();
        }
        return read.tokens;
    }

    private void look() {
        Read known = read;
        try {
            FileTime changed = Files.getLastModifiedTime(file);
            if (changed.equals(known.changed) && known.problem.isEmpty()) {
                return;
            }
            read = new Read(changed, SenderTokens.parse(Files.readAllLines(file), known.tokens), "");
            if (read.tokens.isEmpty()) {
                LOG.warn("token file {} read again: it names no sender, so nobody is let in", file);
            } else {
                LOG.info("token file {} read again: {}", file, read.tokens);
            }
        } catch (IOException | IllegalArgumentException e) {
            String problem = String.valueOf(e.getMessage());
            if (!problem.equals(known.problem)) {
                LOG.error("token file {} cannot be used: {}; the senders of before still count", file, problem);
            }
            read = new Read(known.changed, known.tokens, problem);
        }
    }
}
