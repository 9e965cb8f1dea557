# One metric over two parameters. Called by ct-report:
#   gnuplot -d -c heatmap.gp png|svg OUTPUT DATA COUNT TITLE NOTE "COLUMNS ROWS WORST BEST" "X|Y" UNIT
# DATA has three blocks, two blank lines between them: the values of x and of y, rows "place value"; and the cells, rows
# "column row heat number best", heat from -1 (worst) to 1, best 1 at the best cell. WORST, BEST: the values
# at the ends of the colours. UNIT: "%" for percent.
format = ARG1
data = ARG3
columns = int(word(ARG7, 1))
rows = int(word(ARG7, 2))
bar = strstrt(ARG8, "|")
x_name = ARG8[1:bar - 1]
y_name = ARG8[bar + 1:*]
percent = strstrt(ARG9, "%") > 0
width = 1200
height = 190 + (rows > 25 ? 900 : rows * 36 < 150 ? 150 : rows * 36) + (ARG6 eq "" ? 0 : 24)
if (format eq "svg") {
	set terminal svg size width,height font "DejaVu Sans,15" background rgb "white" noenhanced
} else {
	set terminal pngcairo size width,height font "DejaVu Sans,12" background rgb "white" noenhanced
}
set output ARG2

# From dark (bad) over white to a lighter blue (good), as in monthly.gp: in grey the bad one is the darker.
set palette defined (-1 "#8c1515", -0.5 "#d9705a", 0 "#ffffff", 0.5 "#a8d0ec", 1 "#5aa5d8")
set cbrange [-1:1]
set colorbox user origin 0.93, 0.25 size 0.013, 0.5
set border 0
set tics scale 0 textcolor rgb "#303030"
set lmargin at screen 0.095
set rmargin at screen 0.915
set bmargin at screen 80.0 / height
set tmargin at screen 1 - (ARG6 eq "" ? 60.0 : 84.0) / height
set title (ARG6 eq "" ? ARG5 : ARG5 . "\n" . ARG6) font ",15" textcolor rgb "#202020"
set xlabel x_name
set ylabel y_name
set xrange [-0.5:columns - 0.5]
set yrange [-0.5:rows - 0.5]
unset key
set style fill solid 1 border rgb "#d8d8d8"
# Labels that would touch each other are left out, every second, third …
every_x = 1 + (columns - 1) / 24
every_y = 1 + (rows - 1) / 25
unset xtics
unset ytics
set xtics ()
set ytics ()
ink(heat) = heat < -0.45 ? 0xffffff : 0x202020
number(v) = percent ? sprintf(abs(v) >= 9.95 ? "%.0f%%" : "%.1f%%", v) : sprintf(abs(v) >= 99.5 ? "%.0f" : abs(v) >= 9.95 ? "%.1f" : "%.2f", v)

# The labels of a scale are formats again.
end(i) = sprintf(percent ? "%.3g%%%%" : abs(word(ARG7, i)) < 9.95 ? "%.2f" : "%.4g", word(ARG7, i) + 0)
set cbtics (end(3) -1, end(4) 1)

axis_x = "data index 0 every every_x using 1:(-1):xtic(2) with points pointtype 0"
axis_y = "data index 1 every every_y using (-1):1:ytic(2) with points pointtype 0"
cells = "data index 2 using 1:2:(0.5):(0.5):3 with boxxyerror palette linewidth 1"
frame = "data index 2 using ($5 > 0 ? $1 : NaN):2:(0.49):(0.49) with boxxyerror fillstyle empty linecolor rgb '#202020' linewidth 2.5"
if (columns <= 18 && rows <= 25) {
	plot @axis_x, @axis_y, @cells, @frame, data index 2 using 1:2:(number($4)):(ink($3)) with labels textcolor rgb variable
} else {
	plot @axis_x, @axis_y, @cells, @frame
}
