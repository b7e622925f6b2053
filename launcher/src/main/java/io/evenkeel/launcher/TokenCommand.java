package io.evenkeel.launcher;

import io.evenkeel.ingest.SenderTokens;
import io.evenkeel.launcher.setup.StartupException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** Lets a sender in and shuts it out, by its line in a token file. A running receiver follows within a second. */
@Command(
        name = "token",
        mixinStandardHelpOptions = true,
        description = "Let a sender of telemetry in, or shut it out: ./evenkeel token add|remove NAME --file FILE."
                + " A new token is printed once; the file keeps its hash.")
final class TokenCommand implements Callable<Integer> {
    @ParentCommand
    private Evenkeel evenkeel;

    @Parameters(index = "0", paramLabel = "add|remove", description = "What to do.")
    String action = "";

    @Parameters(index = "1", paramLabel = "NAME", description = "Who sends, for example checkout-collector.")
    String name = "";

    @Option(
            names = "--file",
            paramLabel = "FILE",
            required = true,
            description = "The file that --otlp-token-file names; made when it is not there.")
    Path file = Path.of("");

    @Option(
            names = "--bytes-per-second",
            paramLabel = "N",
            defaultValue = "0",
            description = "What this sender may send on average, uncompressed. Default: ${DEFAULT-VALUE}, no limit.")
    long bytesPerSecond;

    @Override
    public Integer call() {
        try {
            List<String> lines = new ArrayList<>(Files.exists(file) ? Files.readAllLines(file) : List.of());
            switch (action) {
                case "add" -> add(lines);
                case "remove" -> remove(lines);
                default ->
                    throw new StartupException("unknown action '" + action
                            + "'; say ./evenkeel token add NAME or ./evenkeel token remove NAME");
            }
            return 0;
        } catch (NoSuchFileException e) {
            throw new StartupException(
                    "cannot write " + file + ": there is no directory "
                            + file.toAbsolutePath().getParent(),
                    e);
        } catch (IOException e) {
            throw new StartupException("cannot write " + file + ": " + e, e);
        } catch (IllegalArgumentException e) {
            throw new StartupException(file + ": " + e.getMessage(), e);
        }
    }

    private void add(List<String> lines) throws IOException {
        if (bytesPerSecond < 0) {
            throw new StartupException("--bytes-per-second must be at least 0, not " + bytesPerSecond);
        }
        String token = SenderTokens.newToken();
        lines.add(SenderTokens.line(name, token, bytesPerSecond));
        write(lines);
        evenkeel.terminal().line("Token of " + name + ", shown only here: " + token);
        evenkeel.terminal().line("Senders show it as the header  authorization: Bearer " + token);
    }

    private void remove(List<String> lines) throws IOException {
        if (!lines.removeIf(line -> line.strip().split("\\s+", 2)[0].equals(name))) {
            throw new StartupException(file + " names no sender " + name);
        }
        write(lines);
        evenkeel.terminal().line(name + " is shut out.");
        if (!hasSender(lines)) {
            evenkeel.terminal()
                    .line("It was the last: a running receiver now turns everybody away, and none starts with this file"
                            + " until a sender is added.");
        }
    }

    private static boolean hasSender(List<String> lines) {
        return lines.stream().anyMatch(line -> !line.isBlank() && !line.strip().startsWith("#"));
    }

    /** Checked as the receiver will read it, then put in place at once; a link stays one. */
    private void write(List<String> lines) throws IOException {
        if (hasSender(lines)) {
            SenderTokens.parse(lines, null);
        }
        Path place = Files.exists(file) ? file.toRealPath() : file;
        Path aside = place.resolveSibling(place.getFileName() + ".new");
        Files.deleteIfExists(aside);
        Files.createFile(aside, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try {
            Files.write(aside, lines);
            if (Files.exists(place)) {
                likeBefore(place, aside);
            }
            Files.move(aside, place, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(aside);
        }
    }

    /**
     * The receiver runs as somebody else, as a rule, than whoever runs this command: the new file is read by those who
     * read the old one, or it does not take its place.
     */
    private static void likeBefore(Path old, Path fresh) throws IOException {
        PosixFileAttributes wanted = Files.readAttributes(old, PosixFileAttributes.class);
        PosixFileAttributes given = Files.readAttributes(fresh, PosixFileAttributes.class);
        PosixFileAttributeView view = Files.getFileAttributeView(fresh, PosixFileAttributeView.class);
        try {
            if (!given.group().equals(wanted.group())) {
                view.setGroup(wanted.group());
            }
            if (!given.owner().equals(wanted.owner())) {
                view.setOwner(wanted.owner());
            }
            view.setPermissions(wanted.permissions());
        } catch (IOException e) {
            throw new StartupException(
                    old + " belongs to " + wanted.owner().getName() + ":"
                            + wanted.group().getName()
                            + ", and a new one cannot be given to them (" + e
                            + "), so it is left as it was; run this as "
                            + wanted.owner().getName() + " or as root",
                    e);
        }
    }
}
