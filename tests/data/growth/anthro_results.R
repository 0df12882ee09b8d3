# Scores the rows of a CSV file with WHO's R package anthro, as it is installed.
#
#     Rscript anthro_results.R INPUT.csv OUTPUT.csv
#
# Input columns: case, sex, age_days or age_months, weight_kg, length_cm, measure, head_cm, oedema. The output has the same
# columns and WHO's five z-scores at two decimals, and in flags the letters of the flags that WHO raised: w (weight-for-age),
# h (length-for-age), l (weight-for-length), b (BMI), c (head circumference), 9 (standing under nine months; from version
# 1.1 on).
library(anthro)

paths <- commandArgs(trailingOnly = TRUE)
rows <- read.csv(paths[1], colClasses = "character", check.names = FALSE)
number <- function(cells) as.numeric(ifelse(cells == "", NA, cells))
text <- function(cells) ifelse(cells == "", NA_character_, cells)

score <- function(part, age, months) {
  with(part, anthro_zscores(
    sex = text(sex), age = number(age), is_age_in_month = months, weight = number(weight_kg), lenhei = number(length_cm),
    measure = text(measure), headc = number(head_cm), oedema = text(oedema)
  ))
}

by_months <- rows$age_months != ""
scores <- list()
for (months in c(FALSE, TRUE)) {
  chosen <- which(by_months == months)
  if (length(chosen) > 0) {
    part <- rows[chosen, ]
    result <- score(part, if (months) part$age_months else part$age_days, months)
    if (is.null(result$c9mo_flag)) result$c9mo_flag <- 0L
    result$at <- chosen
    scores[[length(scores) + 1]] <- result
  }
}
scores <- do.call(rbind, scores)
scores <- scores[order(scores$at), ]

shown <- function(z) ifelse(is.na(z), "", sprintf("%.2f", z + 0))
raised <- function(flag, letter) ifelse(!is.na(flag) & flag == 1L, letter, "")
rows$waz <- shown(scores$zwei)
rows$haz <- shown(scores$zlen)
rows$whz <- shown(scores$zwfl)
rows$baz <- shown(scores$zbmi)
rows$hcz <- shown(scores$zhc)
rows$flags <- paste0(
  raised(scores$fwei, "w"), raised(scores$flen, "h"), raised(scores$fwfl, "l"), raised(scores$fbmi, "b"),
  raised(scores$fhc, "c"), raised(scores$c9mo_flag, "9")
)
write.csv(rows, paths[2], row.names = FALSE, quote = FALSE, eol = "\n")
cat("anthro", format(packageVersion("anthro")), "R", paste(R.version$major, R.version$minor, sep = "."), nrow(rows), "rows\n")
