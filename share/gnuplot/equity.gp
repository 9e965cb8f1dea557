# Equity with the fall from its high below. Called by ct-report:
#   gnuplot -d -c equity.gp png|svg OUTPUT DATA COUNT TITLE NOTE
# DATA has COUNT blocks, two blank lines between them: a quoted name, then rows "seconds value percent-below-the-high".
format = ARG1
output_file = ARG2
data = ARG3
n = int(ARG4)
if (format eq "svg") {
	set terminal svg size 1200,750 font "DejaVu Sans,15" background rgb "white" noenhanced
} else {
	set terminal pngcairo size 1200,750 font "DejaVu Sans,12" background rgb "white" noenhanced
}
set output output_file

array colour[8] = ["#1f6fb4", "#d1662f", "#2e8b57", "#8e5bb5", "#b58900", "#c2417c", "#4d4d4d", "#2aa1a1"]
set datafile commentschars ""
set border 3 linecolor rgb "#808080"
set tics nomirror textcolor rgb "#303030"
set grid ytics xtics linecolor rgb "#e4e4e4" linetype 1
set lmargin 12
set rmargin 3

stats data using 1 nooutput name "T"
set xdata time
set timefmt "%s"
days = (T_max - T_min) / 86400.0
# Whole days, weeks or months between the marks: at most about twelve of them.
if (days <= 3) { set format x "%d %b %H:%M"; set xtics 86400 / 4 } else {
if (days <= 14) { set format x "%d %b"; set xtics 86400 } else {
if (days <= 100) { set format x "%d %b"; set xtics 86400 * 7 } else {
if (days <= 420) { set format x "%b %Y"; set xtics 86400 * 30.4375 } else {
set format x "%b %Y"; set xtics autofreq } } } }
set xrange [T_min:T_max]

set multiplot
set origin 0, 0.32
set size 1, 0.68
set tmargin (ARG6 eq "" ? 3 : 4.5)
set bmargin 0.7
set title (ARG6 eq "" ? ARG5 : ARG5 . "\n" . ARG6) font ",15" textcolor rgb "#202020"
set ylabel (n > 1 ? "return (%)" : "equity (quote)") offset -1,0
set format y "%.10g"
set yrange [*:*]
set offsets graph 0, graph 0, graph 0.06, graph 0.04
set xtics format ""
if (n > 1) { set key top left reverse Left samplen 2 } else { unset key }
if (n > 1) { set arrow 1 from graph 0, first 0 to graph 1, first 0 nohead linecolor rgb "#a0a0a0" dashtype 3 }
plot for [i = 1:n] data index i - 1 using 1:2 with lines linewidth 2 linecolor rgb colour[i] title columnheader(1)

unset title
unset arrow 1
unset key
set offsets 0, 0, 0, 0
set origin 0, 0
set size 1, 0.32
set tmargin 0.5
set bmargin 3
set ylabel "below high (%)" offset -1,0
set yrange [*:0]
set format y "%.10g"
set ytics autofreq
if (days <= 3) { set format x "%d %b %H:%M" } else { if (days <= 100) { set format x "%d %b" } else { set format x "%b %Y" } }
if (n > 1) {
	plot for [i = 1:n] data index i - 1 using 1:3 with lines linewidth 1.5 linecolor rgb colour[i] title columnheader(1)
} else {
	plot data index 0 using 1:3 with filledcurves y1=0 fillcolor rgb "#e08a7d" title columnheader(1), \
		data index 0 using 1:3 with lines linewidth 1 linecolor rgb "#b03a2a" notitle
}
unset multiplot
