package io.evenkeel.remediation.app;

import io.evenkeel.remediation.incident.Refusal;
import io.evenkeel.remediation.kafka.EventNotSentException;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Map;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.annotation.Order;
import org.springframework.dao.DataAccessException;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.transaction.TransactionException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;

/** Says what went wrong: as a problem document (RFC 9457) to machines, as a page to people. */
@RestControllerAdvice(basePackages = "io.evenkeel.remediation.app")
@Order(0)
final class ApiTrouble {
    private static final Logger LOG = LoggerFactory.getLogger(ApiTrouble.class);

    @ExceptionHandler
    ResponseEntity<?> refused(Refusal refusal, HttpServletRequest request) {
        HttpStatus status = switch (refusal.kind()) {
            case NOT_FOUND -> HttpStatus.NOT_FOUND;
            case CONFLICT -> HttpStatus.CONFLICT;
            case INVALID -> HttpStatus.BAD_REQUEST;
            case UNAVAILABLE -> HttpStatus.SERVICE_UNAVAILABLE;
        };
        return answer(status, Objects.requireNonNullElse(refusal.getMessage(), ""), request);
    }

    @ExceptionHandler
    ResponseEntity<?> notSent(EventNotSentException e, HttpServletRequest request) {
        LOG.error("path={} event could not be sent, nothing was stored: {}", request.getRequestURI(), e.getMessage());
        return answer(HttpStatus.SERVICE_UNAVAILABLE, "Nothing was stored. " + e.getMessage(), request);
    }

    @ExceptionHandler({DataAccessException.class, TransactionException.class})
    ResponseEntity<?> databaseAway(Exception e, HttpServletRequest request) {
        LOG.error("path={} the database did not take it", request.getRequestURI(), e);
        return answer(
                HttpStatus.SERVICE_UNAVAILABLE,
                "The database did not take it, so nothing was stored. Try again in a moment.",
                request);
    }

    static ResponseEntity<?> answer(HttpStatus status, String detail, HttpServletRequest request) {
        String accept = request.getHeader("Accept");
        boolean person = accept != null && accept.contains("text/html") && !Submission.isJson(request);
        if (person) {
            return PlainPage.of(status, "Not done", detail, "Go back and reload the page.");
        }
        return ResponseEntity.status(status)
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .body(Map.of("status", status.value(), "title", status.getReasonPhrase(), "detail", detail));
    }
}
