package io.evenkeel.remediation.app;

import io.evenkeel.remediation.incident.Refusal;
import io.evenkeel.remediation.postgres.PostgresAuditLog;
import io.evenkeel.remediation.postgres.PostgresUsers;
import jakarta.servlet.http.HttpServletRequest;
import java.security.Principal;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Map;
import java.util.regex.Pattern;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.security.crypto.password.PasswordEncoder;
import org.springframework.transaction.support.TransactionOperations;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** An admin adds people and machines. A machine's token is shown once, in this answer, and kept as a hash only. */
@RestController
final class UserApi {
    /** No colon: names with one belong to machines and routes. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._@-]{0,62}");

    private static final int SHORTEST_PASSWORD = 12;

    /** bcrypt looks at no more than 72 bytes. */
    private static final int LONGEST_PASSWORD_BYTES = 72;

    private final PostgresUsers users;
    private final PasswordEncoder passwords;
    private final PostgresAuditLog audit;
    private final TransactionOperations transactions;
    private final SecureRandom random;

    UserApi(
            PostgresUsers users,
            PasswordEncoder passwords,
            PostgresAuditLog audit,
            TransactionOperations transactions,
            SecureRandom random) {
        this.users = users;
        this.passwords = passwords;
        this.audit = audit;
        this.transactions = transactions;
        this.random = random;
    }

    @PostMapping("/api/v1/users")
    ResponseEntity<Map<String, String>> addUser(HttpServletRequest request, Principal who) {
        Submission submission = Submission.of(request);
        String name = name(submission);
        String role = role(submission);
        String password = submission.text("password");
        if (password.length() < SHORTEST_PASSWORD
                || password.getBytes(java.nio.charset.StandardCharsets.UTF_8).length > LONGEST_PASSWORD_BYTES) {
            throw new Refusal(Refusal.Kind.INVALID, "A password needs 12 characters to 72 bytes.");
        }
        String hash = java.util.Objects.requireNonNull(passwords.encode(password));
        add(name, role, who, "user.add", () -> users.add(name, hash, role));
        return ResponseEntity.status(HttpStatus.CREATED).body(Map.of("name", name, "role", role));
    }

    @PostMapping("/api/v1/tokens")
    ResponseEntity<Map<String, String>> addToken(HttpServletRequest request, Principal who) {
        Submission submission = Submission.of(request);
        String name = name(submission);
        String role = role(submission);
        byte[] bytes = new byte[32];
        random.nextBytes(bytes);
        String token = "ek_" + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        add(name, role, who, "token.add", () -> users.addMachine(name, token, role));
        return ResponseEntity.status(HttpStatus.CREATED).body(Map.of("name", name, "role", role, "token", token));
    }

    private void add(String name, String role, Principal who, String action, java.util.function.BooleanSupplier add) {
        transactions.executeWithoutResult(status -> {
            if (!add.getAsBoolean()) {
                throw new Refusal(Refusal.Kind.CONFLICT, "The name '" + name + "' is taken.");
            }
            audit.append(who.getName(), action, name, Map.of("role", role));
        });
    }

    private static String name(Submission submission) {
        String name = submission.text("name").strip();
        if (!NAME.matcher(name).matches()) {
            throw new Refusal(Refusal.Kind.INVALID, "A name needs 1 to 63 letters, digits, or . _ @ -");
        }
        return name;
    }

    private static String role(Submission submission) {
        String role = submission.text("role").strip();
        if (!Roles.WORDS.contains(role)) {
            throw new Refusal(Refusal.Kind.INVALID, "role must be one of " + String.join(", ", Roles.WORDS) + ".");
        }
        return role;
    }
}
