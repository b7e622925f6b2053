package io.evenkeel.remediation.app;

import io.evenkeel.remediation.postgres.PostgresUsers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.security.crypto.password.PasswordEncoder;

/**
 * Gives a fresh installation its first user: {@code admin}, with a password that is generated once and lies in a file
 * only its owner may read. Never changes an existing user; never logs the password.
 */
final class FirstAdmin {
    static final String FILE = "admin-password";
    private static final Logger LOG = LoggerFactory.getLogger(FirstAdmin.class);

    /** Without letters that look alike; 20 of them are 100 bits. */
    private static final String ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789ABCDEFGHJKMNPQRSTUVWXYZ";

    private static final int GROUPS = 4;
    private static final int GROUP_LENGTH = 5;

    private final PostgresUsers users;
    private final PasswordEncoder passwords;
    private final SecureRandom random;
    private final Path dataDir;

    FirstAdmin(PostgresUsers users, PasswordEncoder passwords, SecureRandom random, Path dataDir) {
        this.users = users;
        this.passwords = passwords;
        this.random = random;
        this.dataDir = dataDir;
    }

    /** Creates the user when there is none at all. The file comes first: a user whose password nobody has is no use. */
    void create() {
        if (!users.isEmpty()) {
            return;
        }
        String password = generate();
        Path file = dataDir.resolve(FILE);
        try {
            Files.createDirectories(dataDir);
            Files.deleteIfExists(file);
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.write(file, (password + "\n").getBytes(StandardCharsets.UTF_8), StandardOpenOption.TRUNCATE_EXISTING);
        } catch (IOException e) {
            throw new IllegalStateException(
                    "cannot write the first admin's password to " + file + " (" + e.getMessage()
                            + "): give the data directory to the user that runs Evenkeel, or name another with --data-dir",
                    e);
        }
        users.add("admin", passwords.encode(password), "admin");
        LOG.info("event=first-admin user=admin password-file={}", file);
    }

    private String generate() {
        StringBuilder password = new StringBuilder();
        for (int i = 0; i < GROUPS * GROUP_LENGTH; i++) {
            if (i > 0 && i % GROUP_LENGTH == 0) {
                password.append('-');
            }
            password.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        }
        return password.toString();
    }
}
