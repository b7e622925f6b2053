package io.evenkeel.console.app;

import io.evenkeel.console.incident.FindingLine;
import io.evenkeel.console.incident.IncidentHead;
import io.evenkeel.console.incident.IncidentRow;
import io.evenkeel.console.incident.MemberRow;
import io.evenkeel.console.incident.PlotBook;
import io.evenkeel.console.incident.PlotWindow;
import io.evenkeel.console.incident.PostmortemRow;
import io.evenkeel.console.postgres.PostgresExecutions;
import io.evenkeel.console.postgres.PostgresIncidents;
import io.evenkeel.console.postgres.PostgresRecords;
import io.evenkeel.console.postgres.PostgresSignals;
import io.evenkeel.console.text.Figures;
import io.evenkeel.console.text.SafeHtml;
import io.evenkeel.console.text.Times;
import io.evenkeel.console.text.Unit;
import io.evenkeel.console.text.UrlId;
import io.evenkeel.domain.finding.Exemplar;
import io.evenkeel.domain.finding.Finding;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;

/** What an incident stands on: one finding in full, and the postmortem draft. */
@Controller
final class EvidenceController {
    private static final int PLOT_ROWS = 240;

    private final PageShell shell;
    private final IncidentPages pages;
    private final PostgresIncidents incidents;
    private final PostgresExecutions executions;
    private final PostgresSignals signals;
    private final PostgresRecords records;

    EvidenceController(
            PageShell shell,
            IncidentPages pages,
            PostgresIncidents incidents,
            PostgresExecutions executions,
            PostgresSignals signals,
            PostgresRecords records) {
        this.shell = shell;
        this.pages = pages;
        this.incidents = incidents;
        this.executions = executions;
        this.signals = signals;
        this.records = records;
    }

    @GetMapping("/i/{number}/evidence/{finding}")
    String evidence(
            @PathVariable String number,
            @PathVariable String finding,
            Model model,
            HttpServletRequest request,
            HttpServletResponse response) {
        PageShell.Context page = shell.open(model, request, response, "now");
        return pages.find(number, "/evidence/" + finding, model, response, row -> {
            Optional<MemberRow> member = UrlId.decode(finding).flatMap(id -> incidents.member(row.number(), id));
            if (member.isEmpty()) {
                return pages.missing(model, response, "finding", finding);
            }
            fill(row, member.get(), model, page);
            return "console/evidence";
        });
    }

    private void fill(IncidentRow row, MemberRow member, Model model, PageShell.Context page) {
        PlotWindow window = PlotWindow.of(row, page.times().now());
        PlotBook book = new PlotBook(
                page.words(),
                page.times(),
                window.from(),
                window.to(),
                PlotWindow.actions(executions.ofIncident(row.number()), page.words()));
        String signal = member.signal().id();
        var history =
                signals.history(List.of(signal), window.from(), window.to()).getOrDefault(signal, List.of());
        Finding finding = member.finding();
        model.addAttribute("head", IncidentHead.of(row, page.words(), page.times()));
        model.addAttribute("member", member);
        model.addAttribute("line", FindingLine.of(member, page.words(), page.times()));
        model.addAttribute("plot", book.plot(member.signal(), finding, history, 1040, 320, PLOT_ROWS));
        model.addAttribute("signalUrl", UrlId.encode(signal));
        model.addAttribute("score", finding == null ? "–" : Figures.value(finding.score(), Unit.NUMBER));
        model.addAttribute("young", finding != null && finding.youngBaseline());
        model.addAttribute("attributes", finding == null ? new TreeMap<>() : new TreeMap<>(finding.attributes()));
        model.addAttribute(
                "exemplars",
                finding == null
                        ? List.of()
                        : finding.exemplars().stream()
                                .map(exemplar -> ExemplarLine.of(exemplar, page.times()))
                                .toList());
    }

    @GetMapping("/i/{number}/postmortem")
    String postmortem(
            @PathVariable String number, Model model, HttpServletRequest request, HttpServletResponse response) {
        PageShell.Context page = shell.open(model, request, response, "now");
        return pages.find(number, "/postmortem", model, response, row -> {
            Optional<PostmortemRow> draft = records.postmortem(row.number());
            model.addAttribute("head", IncidentHead.of(row, page.words(), page.times()));
            model.addAttribute("draft", draft.orElse(null));
            model.addAttribute(
                    "html", draft.map(PostmortemRow::html).map(SafeHtml::clean).orElse(""));
            return "console/postmortem";
        });
    }

    @GetMapping("/i/{number:\\d{1,18}}/postmortem.md")
    ResponseEntity<String> markdown(@PathVariable long number) {
        return records.postmortem(number)
                .map(draft -> ResponseEntity.ok()
                        .contentType(MediaType.parseMediaType("text/markdown;charset=UTF-8"))
                        .header(
                                HttpHeaders.CONTENT_DISPOSITION,
                                "attachment; filename=\"INC-" + number + "-postmortem.md\"")
                        .body(draft.markdown()))
                .orElseGet(() -> ResponseEntity.notFound().build());
    }

    /**
     * A request that shows the deviation.
     *
     * @param exemplar the request
     * @param clock when it began
     * @param duration how long it took
     */
    public record ExemplarLine(Exemplar exemplar, String clock, String duration) {
        static ExemplarLine of(Exemplar exemplar, Times times) {
            return new ExemplarLine(
                    exemplar, times.clock(exemplar.time()), Figures.value(exemplar.durationSeconds(), Unit.SECONDS));
        }
    }
}
