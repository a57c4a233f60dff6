. tests/bench/case.sh
# What a reader waits for of 24 hours of a big host, 50 million samples: of the report that the case `day` left, if it is newer than the program;
# else some 30 GB of text are piped into it, which takes two to ten minutes.
needs_chromium
generated_report day.html 50000000 1 8 579
reader "$report"
done_
