package io.evenkeel.remediation.postgres;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;

/** People and machines that may sign in. Holds hashes only; a secret is seen once, by whoever asked for it. */
public final class PostgresUsers {
    private final JdbcClient jdbc;

    public PostgresUsers(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * @param role viewer, responder, approver or admin
     */
    public record User(String name, String passwordHash, String role, boolean disabled) {}

    public Optional<User> user(String name) {
        return jdbc.sql("select name, password_hash, role, disabled from app_user where name = :name")
                .param("name", name)
                .query((row, n) -> new User(
                        row.getString("name"),
                        row.getString("password_hash"),
                        row.getString("role"),
                        row.getBoolean("disabled")))
                .optional();
    }

    public boolean isEmpty() {
        return jdbc.sql("select count(*) from app_user").query(Long.class).single() == 0;
    }

    /** False when the name is taken. */
    public boolean add(String name, String passwordHash, String role) {
        return jdbc.sql("""
                insert into app_user (name, password_hash, role) values (:name, :hash, :role) on conflict do nothing""")
                        .param("name", name)
                        .param("hash", passwordHash)
                        .param("role", role)
                        .update()
                == 1;
    }

    /**
     * @param role viewer, responder, approver or admin
     */
    public record Machine(String name, String role) {}

    /** Who a bearer token belongs to. The hash is looked up and then compared in constant time. */
    public Optional<Machine> machine(String token) {
        byte[] hash = sha256(token);
        record Row(String name, String role, String hash) {}
        List<Row> rows = jdbc.sql("select name, role, token_hash from api_token where token_hash = :hash")
                .param("hash", HexFormat.of().formatHex(hash))
                .query((row, n) -> new Row(row.getString("name"), row.getString("role"), row.getString("token_hash")))
                .list();
        return rows.stream()
                .filter(row -> MessageDigest.isEqual(hash, HexFormat.of().parseHex(row.hash)))
                .map(row -> new Machine(row.name, row.role))
                .findFirst();
    }

    /** False when the name is taken. */
    public boolean addMachine(String name, String token, String role) {
        return jdbc.sql("""
                insert into api_token (name, token_hash, role) values (:name, :hash, :role) on conflict do nothing""")
                        .param("name", name)
                        .param("hash", HexFormat.of().formatHex(sha256(token)))
                        .param("role", role)
                        .update()
                == 1;
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
