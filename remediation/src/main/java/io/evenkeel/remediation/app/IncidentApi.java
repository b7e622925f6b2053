package io.evenkeel.remediation.app;

import io.evenkeel.domain.incident.IncidentState;
import io.evenkeel.remediation.incident.Refusal;
import io.evenkeel.remediation.postgres.PostgresIncidentDesk;
import io.evenkeel.remediation.postgres.PostgresIncidentPages;
import io.evenkeel.wire.event.Feedback;
import jakarta.servlet.http.HttpServletRequest;
import java.security.Principal;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Incidents for machines, and what people decide about them. */
@RestController
final class IncidentApi {
    private static final int MOST = 500;

    private final PostgresIncidentPages pages;
    private final PostgresIncidentDesk desk;

    IncidentApi(PostgresIncidentPages pages, PostgresIncidentDesk desk) {
        this.pages = pages;
        this.desk = desk;
    }

    @GetMapping("/api/v1/incidents")
    ResponseEntity<String> list(
            @RequestParam(required = false) @Nullable String state, @RequestParam(defaultValue = "100") int limit) {
        String wanted = state == null
                ? null
                : constant(IncidentState.class, state, "state").name();
        return json(pages.list(wanted, Math.max(1, Math.min(limit, MOST))));
    }

    @GetMapping("/api/v1/incidents/{number}")
    ResponseEntity<String> detail(@PathVariable String number) {
        return json(card(number(number)));
    }

    @PostMapping("/api/v1/incidents/{number}/acknowledge")
    ResponseEntity<String> acknowledge(@PathVariable String number, HttpServletRequest request, Principal who) {
        Submission submission = Submission.of(request);
        desk.acknowledge(number(number), who.getName());
        return answer(number, submission);
    }

    @PostMapping("/api/v1/incidents/{number}/resolve")
    ResponseEntity<String> resolve(@PathVariable String number, HttpServletRequest request, Principal who) {
        Submission submission = Submission.of(request);
        desk.resolve(number(number), who.getName(), submission.text("reason"));
        return answer(number, submission);
    }

    @PostMapping("/api/v1/incidents/{number}/notes")
    ResponseEntity<String> note(@PathVariable String number, HttpServletRequest request, Principal who) {
        Submission submission = Submission.of(request);
        desk.note(number(number), who.getName(), submission.text("text"));
        return answer(number, submission);
    }

    @PostMapping("/api/v1/incidents/{number}/feedback")
    ResponseEntity<String> feedback(@PathVariable String number, HttpServletRequest request, Principal who) {
        Submission submission = Submission.of(request);
        Feedback.Verdict verdict = constant(Feedback.Verdict.class, submission.text("verdict"), "verdict");
        desk.feedback(number(number), who.getName(), verdict, submission.text("service"));
        return answer(number, submission);
    }

    private ResponseEntity<String> answer(String number, Submission submission) {
        long known = number(number);
        return submission.answer("/i/" + known, card(known));
    }

    private String card(long number) {
        return pages.detail(number)
                .orElseThrow(() -> new Refusal(Refusal.Kind.NOT_FOUND, "There is no INC-" + number + "."));
    }

    private static long number(String number) {
        if (!number.matches("\\d{1,18}")) {
            throw new Refusal(Refusal.Kind.NOT_FOUND, "There is no such incident; its number is digits only.");
        }
        return Long.parseLong(number);
    }

    static <E extends Enum<E>> E constant(Class<E> type, String word, String what) {
        for (E each : type.getEnumConstants()) {
            if (each.name().equals(word.strip().toUpperCase(Locale.ROOT).replace('-', '_'))) {
                return each;
            }
        }
        throw new Refusal(
                Refusal.Kind.INVALID,
                what + " must be one of "
                        + String.join(
                                ", ",
                                java.util.Arrays.stream(type.getEnumConstants())
                                        .map(Enum::name)
                                        .toList()) + ".");
    }

    private static ResponseEntity<String> json(String body) {
        return ResponseEntity.ok().contentType(MediaType.APPLICATION_JSON).body(body);
    }
}
