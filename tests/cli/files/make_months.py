"""make_months.py FIRST LAST: a file YYYY-MM.csv of hourly readings for each month, of the register
M1/energy and the gauge P1/pressure."""
import datetime
import sys

first, last = (datetime.datetime.strptime(word, "%Y-%m") for word in sys.argv[1:3])
hour = first
while (hour.year, hour.month) <= (last.year, last.month):
    with open(f"{hour:%Y-%m}.csv", "w") as out:
        out.write("device,channel,time,value\n")
        month = hour.month
        while hour.month == month:
            number = (hour - first) // datetime.timedelta(hours=1)
            out.write(f"M1,energy,{hour:%Y-%m-%d %H:%M},{number * 5 + number % 3}\n")
            out.write(f"P1,pressure,{hour:%Y-%m-%d %H:%M},0.{40 + number % 7}\n")
            hour += datetime.timedelta(hours=1)
