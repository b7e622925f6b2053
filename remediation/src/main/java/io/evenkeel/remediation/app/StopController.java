package io.evenkeel.remediation.app;

import io.evenkeel.remediation.audit.CanonicalJson;
import io.evenkeel.remediation.gate.Person;
import io.evenkeel.remediation.gate.Stop;
import io.evenkeel.remediation.incident.Refusal;
import io.evenkeel.remediation.postgres.PostgresStops;
import io.evenkeel.remediation.postgres.RepairStores;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Map;
import java.util.regex.Pattern;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.Authentication;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** The stop button. Anyone on call engages it; two people release it, so that no one undoes another's fear alone. */
@RestController
final class StopController {
    private static final Pattern SCOPE = Pattern.compile("global|(env|executor|runbook):[A-Za-z0-9._-]{1,100}");

    private final PostgresStops stops;

    StopController(RepairStores stores) {
        this.stops = stores.stops();
    }

    @PostMapping("/api/v1/stop")
    ResponseEntity<?> engage(HttpServletRequest request, Authentication who) {
        Submission submission = Submission.of(request);
        String scope = scope(submission);
        stops.engage(scope, who.getName(), submission.text("reason"));
        return submission.answer("/", json("ENGAGED", "Stop is engaged (" + scope + "). Undos still run."));
    }

    @PostMapping("/api/v1/stop/release")
    ResponseEntity<?> release(HttpServletRequest request, Authentication who) {
        Submission submission = Submission.of(request);
        Person person = People.of(who);
        if (person.isService() || !person.hasAtLeast("approver")) {
            return ApiTrouble.answer(
                    HttpStatus.FORBIDDEN, "Releasing the stop takes two people who are approver or admin.", request);
        }
        String scope = scope(submission);
        PostgresStops.Release release = stops.release(scope, person.name());
        return switch (release) {
            case RELEASED -> submission.answer("/", json("RELEASED", "Stop is released (" + scope + ")."));
            case ASKED -> submission.answer("/", json("ASKED", another()));
            case SAME_PERSON -> ApiTrouble.answer(HttpStatus.CONFLICT, "You asked already. " + another(), request);
            case NOT_ENGAGED ->
                throw new Refusal(
                        Refusal.Kind.CONFLICT,
                        "Stop is not engaged for " + scope
                                + ". If everything still stands, look for a file STOP in the data directory.");
        };
    }

    private static String another() {
        return "A second person must release it too. Where there is only one user: run 'evenkeel stop release' on the"
                + " machine itself, or add a second user.";
    }

    private static String scope(Submission submission) {
        String scope = submission.text("scope").isEmpty() ? Stop.GLOBAL : submission.text("scope");
        if (!SCOPE.matcher(scope).matches()) {
            throw new Refusal(
                    Refusal.Kind.INVALID, "scope must be global, env:<name>, executor:<name> or runbook:<name>.");
        }
        return scope;
    }

    private static String json(String answer, String text) {
        return CanonicalJson.write(Map.of("answer", answer, "text", text));
    }
}
