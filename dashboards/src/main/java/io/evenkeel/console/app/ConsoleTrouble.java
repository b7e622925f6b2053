package io.evenkeel.console.app;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.http.HttpStatus;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.ExceptionHandler;

/** Says in plain words that the database does not answer, instead of showing an old page or a stack trace. */
@ControllerAdvice(basePackageClasses = ConsoleTrouble.class)
final class ConsoleTrouble {
    private static final Logger LOG = LoggerFactory.getLogger(ConsoleTrouble.class);

    private final PageShell shell;

    ConsoleTrouble(PageShell shell) {
        this.shell = shell;
    }

    @ExceptionHandler(DataAccessException.class)
    String database(
            DataAccessException trouble, Model model, HttpServletRequest request, HttpServletResponse response) {
        LOG.warn("console_database_trouble path={} cause={}", request.getRequestURI(), trouble.getMessage());
        shell.openBare(model, request, response);
        response.setStatus(HttpStatus.SERVICE_UNAVAILABLE.value());
        return "console/trouble";
    }
}
