package io.evenkeel.console.app;

import io.evenkeel.console.incident.AuditRow;
import io.evenkeel.console.postgres.PostgresExecutions;
import io.evenkeel.console.postgres.PostgresRecords;
import io.evenkeel.console.remedy.RunbookRow;
import io.evenkeel.console.text.Figures;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** Runbooks, the audit log, the stop page, the frame's own state, and the way in. */
@Controller
final class RecordsController {
    private static final int AUDIT_PAGE = 50;

    private final PageShell shell;
    private final PostgresExecutions executions;
    private final PostgresRecords records;

    RecordsController(PageShell shell, PostgresExecutions executions, PostgresRecords records) {
        this.shell = shell;
        this.executions = executions;
        this.records = records;
    }

    @GetMapping("/runbooks")
    String runbooks(Model model, HttpServletRequest request, HttpServletResponse response) {
        shell.open(model, request, response, "runbooks");
        List<RunbookRow> runbooks = executions.runbooks();
        model.addAttribute("runbooks", runbooks);
        model.addAttribute(
                "typical",
                runbooks.stream()
                        .filter(row -> Double.isFinite(row.typicalSeconds()))
                        .collect(Collectors.toMap(
                                RunbookRow::name,
                                row -> Figures.span(Duration.ofSeconds(Math.round(row.typicalSeconds()))))));
        return "console/runbooks";
    }

    @GetMapping("/audit")
    String audit(
            @RequestParam(defaultValue = "") String before,
            Model model,
            HttpServletRequest request,
            HttpServletResponse response) {
        PageShell.Context page = shell.open(model, request, response, "audit");
        long limit = before.matches("\\d{1,18}") ? Long.parseLong(before) : Long.MAX_VALUE;
        List<AuditRow> found = records.auditBefore(limit, AUDIT_PAGE + 1);
        List<AuditRow> shown = found.stream().limit(AUDIT_PAGE).toList();
        Function<AuditRow, String> clock = row -> page.times().clock(row.at());
        model.addAttribute("entries", shown);
        model.addAttribute("clocks", shown.stream().collect(Collectors.toMap(AuditRow::seq, clock)));
        model.addAttribute(
                "more", found.size() > AUDIT_PAGE ? shown.get(AUDIT_PAGE - 1).seq() : -1L);
        model.addAttribute("first", limit == Long.MAX_VALUE);
        return "console/audit";
    }

    /** Asks before all actions are stopped, and offers the release; nothing acts on GET. */
    @GetMapping("/stop")
    String stop(
            @RequestParam(defaultValue = "/") String returnTo,
            Model model,
            HttpServletRequest request,
            HttpServletResponse response) {
        shell.open(model, request, response, "stop");
        model.addAttribute("returnTo", isLocal(returnTo) ? returnTo : "/");
        return "console/stop";
    }

    /** The frame's own state, fetched again by every open page; {@code here} is where that page is. */
    @GetMapping("/state")
    String state(
            @RequestParam(defaultValue = "/") String here,
            Model model,
            HttpServletRequest request,
            HttpServletResponse response) {
        shell.open(model, request, response, "");
        model.addAttribute("here", isLocal(here) ? here : "/");
        return "console/state";
    }

    @GetMapping("/login")
    String login(Model model, HttpServletRequest request, HttpServletResponse response) {
        shell.openBare(model, request, response);
        Map<String, String[]> parameters = request.getParameterMap();
        model.addAttribute("failed", parameters.containsKey("error"));
        model.addAttribute("left", parameters.containsKey("logout"));
        return "console/login";
    }

    /** A path on this server: one slash and then no second one, which would name another host. */
    private static boolean isLocal(String path) {
        return path.matches("/(?![/\\\\])[\\w./~?&=%-]*");
    }
}
