# Equity with its drawdown below, or the drawdown alone. Called by ct-report:
#   gnuplot -d -c equity.gp png|svg OUTPUT DATA COUNT TITLE NOTE equity|drawdown CURRENCY
# DATA has COUNT blocks, two blank lines between them: a quoted name, then rows "seconds value percent-below-the-high".
format = ARG1
data = ARG3
n = int(ARG4)
both = ARG7 eq "equity"
height = both ? 750 : 450
if (format eq "svg") {
	set terminal svg size 1200,height font "DejaVu Sans,15" background rgb "white" noenhanced
} else {
	set terminal pngcairo size 1200,height font "DejaVu Sans,12" background rgb "white" noenhanced
}
set output ARG2

# Lines differ in darkness and in dashes too, for print in grey and for eyes that do not see these colours apart.
array colour[8] = ["#0b3c6f", "#d1662f", "#2e9b6f", "#7a3f9d", "#b58900", "#c2417c", "#4d4d4d", "#2aa1a1"]
do for [i = 1:8] { set linetype 100 + i linecolor rgb colour[i] }
set linetype 103 dashtype (7, 3)
set linetype 104 dashtype (7, 3)
set linetype 105 dashtype (2, 2)
set linetype 106 dashtype (2, 2)
set linetype 107 dashtype (8, 3, 2, 3)
set linetype 108 dashtype (8, 3, 2, 3)
set datafile commentschars ""
set border 3 linecolor rgb "#808080"
set tics nomirror textcolor rgb "#303030"
set grid ytics xtics linecolor rgb "#e4e4e4" linetype 1
set lmargin 12
set rmargin 4

stats data using 1 nooutput name "T"
set xdata time
set timefmt "%s"
set xrange [T_min:T_max]
days = (T_max - T_min) / 86400.0

# Marks at whole hours, days, weeks or months, at most a dozen of them.
unset xtics
set xtics () textcolor rgb "#303030"
step = days <= 3 ? 21600 : days <= 12 ? 86400 : days <= 24 ? 2 * 86400 : days <= 84 ? 7 * 86400 : 0
months = days / 30.4 <= 12 ? 1 : days / 30.4 <= 24 ? 2 : days / 30.4 <= 36 ? 3 : days / 30.4 <= 72 ? 6 : days / 30.4 <= 144 ? 12 : 12 * ceil(days / 365.0 / 12)
first_year = int(strftime("%Y", T_min))
month_start(k) = strptime("%Y-%m-%d", sprintf("%d-%02d-01", first_year + k / 12, k % 12 + 1))
mark(k) = step > 0 ? ceil(T_min / step) * step + k * step : month_start(k * months)
form(t) = step == 21600 ? (int(t) % 86400 == 0 ? "%d %b" : "%H:%M") : step > 0 ? "%d %b %Y" : months < 12 ? "%b %Y" : "%Y"
in_range(t) = t >= T_min && t <= T_max
marks = step > 0 ? 40 : ceil((days / 30.4 + 14) / months)

if (both) {
	set multiplot
	set origin 0, 0.34
	set size 1, 0.66
	set bmargin 0.7
	set tmargin (ARG6 eq "" ? 3 : 4.5)
	set title (ARG6 eq "" ? ARG5 : ARG5 . "\n" . ARG6) font ",15" textcolor rgb "#202020"
	set ylabel (n > 1 ? "return (%)" : "equity (" . ARG8 . ")") offset -1,0
	set format y "%.10g"
	set offsets graph 0, graph 0, graph 0.06, graph 0.04
	do for [k = 0:marks] { if (in_range(mark(k))) { set xtics add ("" mark(k)) } }
	if (n > 1) { set key top left reverse Left samplen 4 opaque box linecolor rgb "#d0d0d0" } else { unset key }
	if (n > 1) { set arrow 1 from graph 0, first 0 to graph 1, first 0 nohead linecolor rgb "#a0a0a0" dashtype 3 }
	plot for [i = 1:n] data index i - 1 using 1:2 with lines linetype 100 + i linewidth 2 title columnheader(1)
	unset title
	unset arrow 1
	unset key
	set offsets 0, 0, 0, 0
	set origin 0, 0
	set size 1, 0.34
	set tmargin 0.5
} else {
	set title (ARG6 eq "" ? ARG5 : ARG5 . "\n" . ARG6) font ",15" textcolor rgb "#202020"
	set tmargin (ARG6 eq "" ? 3 : 4.5)
	if (n > 1) { set key bottom left reverse Left samplen 4 opaque box linecolor rgb "#d0d0d0" } else { unset key }
}
set bmargin 3
set ylabel "drawdown (%)" offset -1,0
set yrange [*:0]
set format y "%.10g"
set ytics autofreq
set xtics () textcolor rgb "#303030"
do for [k = 0:marks] { if (in_range(mark(k))) { set xtics add (strftime(form(mark(k)), mark(k)) mark(k)) } }
set xlabel "UTC" offset 0,0.3
if (n > 1) {
	plot for [i = 1:n] data index i - 1 using 1:3 with lines linetype 100 + i linewidth 1.5 title columnheader(1)
} else {
	plot data index 0 using 1:3 with filledcurves y1=0 fillcolor rgb "#e08a7d" title columnheader(1), \
		data index 0 using 1:3 with lines linewidth 1 linecolor rgb "#b03a2a" notitle
}
if (both) { unset multiplot }
