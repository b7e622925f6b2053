package io.evenkeel.console.app;

import io.evenkeel.console.incident.Clocks;
import io.evenkeel.console.incident.IncidentLine;
import io.evenkeel.console.incident.IncidentRow;
import io.evenkeel.console.incident.ServiceStrip;
import io.evenkeel.console.incident.SignalRow;
import io.evenkeel.console.postgres.PostgresExecutions;
import io.evenkeel.console.postgres.PostgresHealth;
import io.evenkeel.console.postgres.PostgresIncidents;
import io.evenkeel.console.postgres.PostgresSignals;
import io.evenkeel.console.remedy.ExecutionRow;
import io.evenkeel.console.text.Figures;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** The first page: what is wrong now, or that nothing is. */
@Controller
final class NowController {
    private static final Duration RESOLVED_SHOWN = Duration.ofHours(24);
    private static final Duration STRIP = Duration.ofMinutes(30);
    private static final int MOST_RESOLVED = 10;
    private static final int LIST_PAGE = 50;

    private final PageShell shell;
    private final PostgresIncidents incidents;
    private final PostgresExecutions executions;
    private final PostgresSignals signals;
    private final PostgresHealth health;
    private final ConsoleOptions options;

    NowController(
            PageShell shell,
            PostgresIncidents incidents,
            PostgresExecutions executions,
            PostgresSignals signals,
            PostgresHealth health,
            ConsoleOptions options) {
        this.shell = shell;
        this.incidents = incidents;
        this.executions = executions;
        this.signals = signals;
        this.health = health;
        this.options = options;
    }

    @GetMapping("/")
    String now(Model model, HttpServletRequest request, HttpServletResponse response) {
        PageShell.Context page = shell.open(model, request, response, "now");
        List<IncidentRow> open = incidents.open();
        List<IncidentRow> resolved = incidents.resolvedWithin(RESOLVED_SHOWN, MOST_RESOLVED);
        List<IncidentLine> loud = lines(open.stream().filter(IncidentRow::pages).toList(), page);
        model.addAttribute("loud", loud);
        model.addAttribute(
                "quiet", lines(open.stream().filter(row -> !row.pages()).toList(), page));
        model.addAttribute("resolved", lines(resolved, page));
        model.addAttribute("openLeftOut", Math.max(0, page.health().openIncidents() - open.size()));
        String mood = mood(loud, page);
        model.addAttribute("mood", mood);
        model.addAttribute("title", title(loud, page));
        model.addAttribute(
                "announce",
                mood.equals("bad") ? title(loud, page) : page.words().say("now." + mood));
        model.addAttribute("calmSince", health.calmSince());
        model.addAttribute("otlpGrpcPort", Integer.toString(options.otlpGrpcPort()));
        model.addAttribute("otlpHttpPort", Integer.toString(options.otlpHttpPort()));
        addClocks(model, health.clocks());
        addStrip(model, page);
        return "console/now";
    }

    /** Every incident there was, the newest first; addresses of incidents live for ever, and here they are found. */
    @GetMapping("/incidents")
    String all(
            @RequestParam(defaultValue = "") String before,
            Model model,
            HttpServletRequest request,
            HttpServletResponse response) {
        PageShell.Context page = shell.open(model, request, response, "now");
        long limit = before.matches("\\d{1,18}") ? Long.parseLong(before) : Long.MAX_VALUE;
        List<IncidentRow> found = incidents.before(limit, LIST_PAGE + 1);
        List<IncidentRow> shown = found.stream().limit(LIST_PAGE).toList();
        model.addAttribute("lines", lines(shown, page));
        model.addAttribute(
                "more", found.size() > LIST_PAGE ? shown.get(LIST_PAGE - 1).number() : -1L);
        model.addAttribute("first", limit == Long.MAX_VALUE);
        return "console/incidents";
    }

    /** bad: incidents; blind: we cannot see; empty: nothing is watched; good: all the rest. */
    private static String mood(List<IncidentLine> loud, PageShell.Context page) {
        if (!loud.isEmpty()) {
            return "bad";
        }
        return switch (page.sight()) {
            case BLIND -> "blind";
            case NOTHING -> "empty";
            case CLEAR, STALE -> "good";
        };
    }

    private static String title(List<IncidentLine> loud, PageShell.Context page) {
        if (loud.isEmpty()) {
            return page.words().say("now.title");
        }
        int waiting = page.health().waitingApprovals();
        String incidents = page.words().say("now.incidents", loud.size());
        return waiting == 0 ? incidents : incidents + ", " + page.words().say("now.waiting", waiting);
    }

    private List<IncidentLine> lines(List<IncidentRow> rows, PageShell.Context page) {
        Map<Long, ExecutionRow> repairs = executions
                .newestOf(rows.stream().map(IncidentRow::number).toList())
                .stream()
                .collect(Collectors.toMap(ExecutionRow::incident, Function.identity()));
        return rows.stream()
                .map(row -> IncidentLine.of(row, repairs.get(row.number()), page.words(), page.times()))
                .toList();
    }

    private static void addClocks(Model model, Clocks clocks) {
        model.addAttribute("clocks", clocks);
        model.addAttribute("found", seconds(clocks.foundHalfSeconds()));
        model.addAttribute("foundMost", seconds(clocks.foundMostSeconds()));
        model.addAttribute("mitigated", seconds(clocks.mitigatedHalfSeconds()));
        model.addAttribute("mitigatedMost", seconds(clocks.mitigatedMostSeconds()));
    }

    private static String seconds(double seconds) {
        return Double.isFinite(seconds) ? Figures.span(Duration.ofSeconds(Math.round(seconds))) : "–";
    }

    private void addStrip(Model model, PageShell.Context page) {
        Instant to = page.times().now();
        Instant from = to.minus(STRIP);
        List<SignalRow> golden = signals.golden();
        var history = signals.history(golden.stream().map(row -> row.key().id()).toList(), from, to);
        model.addAttribute("strips", ServiceStrip.of(golden, history, from, to, page.words()));
    }
}
