package io.evenkeel.console.app;

import io.evenkeel.console.incident.PlotBook;
import io.evenkeel.console.incident.ServiceStrip;
import io.evenkeel.console.incident.SignalRow;
import io.evenkeel.console.postgres.PostgresSignals;
import io.evenkeel.console.text.Figures;
import io.evenkeel.console.text.SignalText;
import io.evenkeel.console.text.Unit;
import io.evenkeel.console.text.UrlId;
import io.evenkeel.domain.telemetry.Rollup;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;

/** Everything that is watched, and each signal's history. */
@Controller
final class SignalsController {
    private static final int PAGE = 60;
    private static final Duration SPARK = Duration.ofMinutes(30);
    private static final int PLOT_ROWS = 120;
    private static final Map<String, Duration> SPANS = Map.of(
            "30m",
            Duration.ofMinutes(30),
            "3h",
            Duration.ofHours(3),
            "24h",
            Duration.ofHours(24),
            "7d",
            Duration.ofDays(7));

    private final PageShell shell;
    private final IncidentPages pages;
    private final PostgresSignals signals;

    SignalsController(PageShell shell, IncidentPages pages, PostgresSignals signals) {
        this.shell = shell;
        this.pages = pages;
        this.signals = signals;
    }

    @GetMapping("/signals")
    String list(
            @RequestParam(defaultValue = "") String q,
            @RequestParam(defaultValue = "0") String from,
            Model model,
            HttpServletRequest request,
            HttpServletResponse response) {
        PageShell.Context page = shell.open(model, request, response, "signals");
        int offset = from.matches("\\d{1,7}") ? Integer.parseInt(from) : 0;
        // no id holds NUL, and PostgreSQL refuses text with it
        String text = q.replace('\0', ' ').strip();
        List<SignalRow> found = signals.search(text, offset, PAGE + 1);
        List<SignalRow> shown = found.stream().limit(PAGE).toList();
        Instant to = page.times().now();
        Instant begin = to.minus(SPARK);
        Map<String, List<Rollup>> history =
                signals.history(shown.stream().map(row -> row.key().id()).toList(), begin, to);
        model.addAttribute(
                "cells",
                shown.stream()
                        .map(row -> ServiceStrip.cell(
                                row, history.getOrDefault(row.key().id(), List.of()), begin, to, page.words()))
                        .toList());
        model.addAttribute("q", text);
        model.addAttribute("offset", offset);
        model.addAttribute("next", found.size() > PAGE ? offset + PAGE : -1);
        model.addAttribute("previous", offset > 0 ? Math.max(0, offset - PAGE) : -1);
        return "console/signals";
    }

    @GetMapping("/signals/{id}")
    String signal(
            @PathVariable String id,
            @RequestParam(defaultValue = "30m") String span,
            Model model,
            HttpServletRequest request,
            HttpServletResponse response) {
        PageShell.Context page = shell.open(model, request, response, "signals");
        Optional<SignalRow> row = UrlId.decode(id).flatMap(signals::byId);
        if (row.isEmpty()) {
            return pages.missing(model, response, "signal", id);
        }
        SignalRow signal = row.get();
        String chosen = SPANS.containsKey(span) ? span : "30m";
        Instant to = page.times().now();
        Instant from = to.minus(SPANS.getOrDefault(chosen, SPARK));
        String key = signal.key().id();
        var history = signals.history(List.of(key), from, to).getOrDefault(key, List.of());
        PlotBook book = new PlotBook(page.words(), page.times(), from, to, List.of());
        SignalText text = new SignalText(page.words());
        model.addAttribute("signal", signal);
        model.addAttribute("name", text.name(signal.key()));
        model.addAttribute("value", Figures.value(signal.value(), Unit.of(signal.key())));
        model.addAttribute("usual", text.between(signal.key(), signal.lower(), signal.upper()));
        model.addAttribute("plot", book.plot(signal.key(), null, history, 1040, 320, PLOT_ROWS));
        model.addAttribute("span", chosen);
        model.addAttribute("spans", List.of("30m", "3h", "24h", "7d"));
        return "console/signal";
    }
}
