package io.evenkeel.remediation.app;

import io.evenkeel.remediation.postgres.PostgresUsers;
import java.util.Map;
import org.springframework.dao.DataAccessException;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Whether this process can serve a person now: 200 while the database answers, else 503. Says nothing else. */
@RestController
final class HealthApi {
    private final PostgresUsers users;

    HealthApi(PostgresUsers users) {
        this.users = users;
    }

    @GetMapping("/healthz")
    ResponseEntity<Map<String, String>> health() {
        try {
            users.isEmpty();
            return ResponseEntity.ok(Map.of("status", "up"));
        } catch (DataAccessException e) {
            return ResponseEntity.status(503).body(Map.of("status", "database away"));
        }
    }
}
