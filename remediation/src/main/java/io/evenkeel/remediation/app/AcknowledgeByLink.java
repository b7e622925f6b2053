package io.evenkeel.remediation.app;

import io.evenkeel.domain.incident.IncidentState;
import io.evenkeel.remediation.postgres.PostgresIncidentDesk;
import io.evenkeel.remediation.postgres.PostgresNotifications;
import io.evenkeel.remediation.postgres.PostgresNotifications.Link;
import java.util.Optional;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Acknowledging from a notification, without signing in: the link's nonce is the right to do exactly that, once. Opening
 * the link shows a button and does nothing, since chat programs open links by themselves.
 */
@RestController
final class AcknowledgeByLink {
    private final PostgresNotifications notifications;
    private final PostgresIncidentDesk desk;

    AcknowledgeByLink(PostgresNotifications notifications, PostgresIncidentDesk desk) {
        this.notifications = notifications;
        this.desk = desk;
    }

    @GetMapping("/ack/{nonce}")
    ResponseEntity<String> ask(@PathVariable String nonce) {
        Optional<Link> found = notifications.link(nonce);
        if (found.isEmpty()) {
            return unknown();
        }
        Link link = found.get();
        if (link.used() || !isRunning(link)) {
            return over(link);
        }
        return PlainPage.html(
                HttpStatus.OK,
                "INC-" + link.incident(),
                "<p>" + PlainPage.escape(link.title()) + "</p><form method=\"post\" action=\"/ack/"
                        + PlainPage.escape(nonce) + "\"><button type=\"submit\">Acknowledge</button></form>");
    }

    @PostMapping("/ack/{nonce}")
    ResponseEntity<String> acknowledge(@PathVariable String nonce) {
        Optional<Link> found = notifications.link(nonce);
        if (found.isEmpty()) {
            return unknown();
        }
        Link link = found.get();
        if (link.used() || !isRunning(link)) {
            return over(link);
        }
        // In this order: whoever dies in between has acknowledged, and acknowledging again changes nothing.
        desk.acknowledge(link.incident(), link.route() + " (by link)");
        notifications.use(nonce);
        return PlainPage.of(HttpStatus.OK, "INC-" + link.incident() + " is yours", link.title());
    }

    private static boolean isRunning(Link link) {
        return link.state() == IncidentState.OPEN || link.state() == IncidentState.MITIGATED;
    }

    private static ResponseEntity<String> over(Link link) {
        String why = link.used()
                ? "This link has acknowledged already."
                : "The incident is " + link.state().name().toLowerCase(java.util.Locale.ROOT) + ".";
        return PlainPage.of(HttpStatus.CONFLICT, "INC-" + link.incident(), link.title(), why);
    }

    private static ResponseEntity<String> unknown() {
        return PlainPage.of(HttpStatus.NOT_FOUND, "Unknown link", "Open the incident in the console instead.");
    }
}
