# Returns by month as a heat map. Called by ct-report:
#   gnuplot -d -c monthly.gp png|svg OUTPUT DATA COUNT TITLE NOTE ROWS MOST
# DATA has two blocks, two blank lines between them: rows "month row percent year", month 13 being the whole year; and the COUNT
# accounts' names, "row name". ROWS: how many rows the picture has, the names' too. MOST: the largest percent of a month.
format = ARG1
data = ARG3
n = int(ARG4)
rows = int(ARG7)
most = ARG8 + 0
height = 150 + 46 * rows + (n > 1 ? 46 : 0) + (ARG6 eq "" ? 0 : 24)
if (format eq "svg") {
	set terminal svg size 1200,height font "DejaVu Sans,15" background rgb "white" noenhanced
} else {
	set terminal pngcairo size 1200,height font "DejaVu Sans,12" background rgb "white" noenhanced
}
set output ARG2

# From dark (a loss) over white to a lighter blue (a gain): in grey a loss is the darker one, and every cell has its signed number.
set palette defined (-1 "#8c1515", -0.5 "#d9705a", 0 "#ffffff", 0.5 "#a8d0ec", 1 "#5aa5d8")
set cbrange [-most:most]
set colorbox user origin 0.915, 0.25 size 0.013, 0.5
set cbtics (sprintf("%+.3g%%%%", -most) -most, "0%%" 0, sprintf("%+.3g%%%%", most) most)
set border 0
set tics scale 0 textcolor rgb "#303030"
set lmargin at screen 0.075
set rmargin at screen 0.895
set bmargin 0.8
set tmargin at screen 1 - (ARG6 eq "" ? 84.0 : 108.0) / height
set title (ARG6 eq "" ? ARG5 : ARG5 . "\n" . ARG6) font ",15" textcolor rgb "#202020" offset 0,0.6
set xrange [0.5:13.6]
set yrange [rows - 0.5:(n > 1 ? -1.5 : -0.5)]
unset key
set x2range [0.5:13.6]
unset xtics
set x2tics ("Jan" 1, "Feb" 2, "Mar" 3, "Apr" 4, "May" 5, "Jun" 6, "Jul" 7, "Aug" 8, "Sep" 9, "Oct" 10, "Nov" 11, "Dec" 12, "year" 13.1)
set style fill solid 1 border rgb "#d8d8d8"
x(c) = c == 13 ? 13.1 : c
clip(v) = v > most ? most : v < -most ? -most : v
# Dark cells take white letters.
ink(v) = clip(v) < -0.45 * most ? 0xffffff : 0x202020
number(v) = abs(v) < 0.005 ? "0.00" : sprintf(abs(v) >= 99.95 ? "%+.0f" : abs(v) >= 9.995 ? "%+.1f" : "%+.2f", v)

cells = "data index 0 using (x($1)):2:(0.48):(0.46):(clip($3)):ytic(4) with boxxyerror palette linewidth 1"
numbers = "data index 0 using (x($1)):2:(number($3)):(ink($3)) with labels textcolor rgb variable"
if (n > 1) {
	plot @cells, @numbers, data index 1 using (0.52):($1 + 0.15):2 with labels left textcolor rgb "#202020"
} else {
	plot @cells, @numbers
}
