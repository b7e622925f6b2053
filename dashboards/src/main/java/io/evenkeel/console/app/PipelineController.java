package io.evenkeel.console.app;

import io.evenkeel.console.pipeline.PipelineTable;
import io.evenkeel.console.postgres.PostgresPipelineReports;
import io.evenkeel.domain.telemetry.PipelineReport;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import java.util.Map;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;

/** What became of the telemetry that came: the page behind the age of the data in every header. */
@Controller
final class PipelineController {
    /** Parts tell of themselves every 5 s; three of them missed is silence. */
    private static final Duration SILENT_AFTER = Duration.ofSeconds(20);

    private final PageShell shell;
    private final PostgresPipelineReports reports;

    PipelineController(PageShell shell, PostgresPipelineReports reports) {
        this.shell = shell;
        this.reports = reports;
    }

    @GetMapping("/pipeline")
    String pipeline(Model model, HttpServletRequest request, HttpServletResponse response) {
        PageShell.Context page = shell.open(model, request, response, "pipeline");
        Map<String, PipelineReport> told = reports.byPart();
        PipelineReport door = told.get(PipelineReport.DOOR);
        if (door != null) {
            model.addAttribute("door", door);
            model.addAttribute("doorSilent", isSilent(door, page));
            model.addAttribute("requests", PipelineTable.requests(door, page.words()));
            model.addAttribute("doorItems", PipelineTable.items(door, page.words()));
        }
        PipelineReport job = told.get(PipelineReport.DETECTION);
        if (job != null) {
            model.addAttribute("job", job);
            model.addAttribute("jobSilent", isSilent(job, page));
            model.addAttribute("items", PipelineTable.items(job, page.words()));
            model.addAttribute("records", PipelineTable.records(job, page.words()));
        }
        return "console/pipeline";
    }

    private static boolean isSilent(PipelineReport report, PageShell.Context page) {
        return Duration.between(report.at(), page.times().now()).compareTo(SILENT_AFTER) > 0;
    }
}
