#!/usr/bin/python3
"""Workbooks and text files with the habits of people: what Excel lets them do.

    make_ugly.py FOLDER      writes the files that tests/cli/cases/29-ugly-files.txt takes in

They are committed as tests/cli/files/ugly, so that the tests need no openpyxl (Debian:
python3-openpyxl). Everything in them is invented.
"""
import datetime
import json
import os
import sys

import openpyxl
from openpyxl.styles import Font

STAMP = datetime.datetime(2026, 11, 1)


def save(book, folder, name):
    book.properties.created = book.properties.modified = STAMP
    book.save(os.path.join(folder, name))


def day_sheet(folder):
    """A month's sheet: titles, headers of two rows, a column a day, subtotals, a signature."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "10月"
    sheet["A1"] = "翠湖花园2026年10月水表抄表记录"
    sheet.merge_cells("A1:AI1")
    sheet["A1"].font = Font(bold=True, size=16)
    sheet["A2"] = "单位：m³"
    sheet["AG2"] = "抄表员：张三"
    for column, name in enumerate(["序号", "楼栋", "表号"], 1):
        sheet.cell(3, column, name)
        sheet.merge_cells(start_row=3, end_row=4, start_column=column, end_column=column)
    sheet["D3"] = "日期"
    sheet.merge_cells("D3:AH3")
    for day in range(1, 32):
        sheet.cell(4, 3 + day, day)
    sheet["AI3"] = "备注"
    sheet.merge_cells("AI3:AI4")
    row = 5
    for building, meters in (("1栋", ["0101", "0102"]), ("2栋", ["0201"])):
        first = row
        for index, meter in enumerate(meters):
            sheet.cell(row, 1, row - 4)
            sheet.cell(row, 2, building if index == 0 else None)
            sheet.cell(row, 3, meter)
            for day in range(1, 32):
                sheet.cell(row, 3 + day, 100 * row + day * 0.5)
            row += 1
        sheet.merge_cells(start_row=first, end_row=row - 1, start_column=2, end_column=2)
        sheet.cell(row, 1, "小计")
        for day in range(1, 32):
            sheet.cell(row, 3 + day, 0)
        row += 1
    sheet.cell(row, 1, "合计")
    sheet.cell(row + 2, 1, "制表：李四")
    sheet.cell(row + 2, 20, "审核：王五")
    save(book, folder, "01-day-sheet.xlsx")


def meter_numbers(folder):
    """Meter numbers as numbers: a zero that is only a format, 12 digits, text; on a second sheet
    one of 21 digits, of which Excel keeps 15."""
    book = openpyxl.Workbook()
    good = book.active
    good.title = "一期"
    bad = book.create_sheet("二期")
    day = datetime.datetime(2026, 10, 31)
    for sheet, numbers in ((good, ((123, "0000"), (123456789012, "General"), (456, "General"),
                                   ("0789", "@"))),
                           (bad, ((457, "0000"), (110105202610310000123, "0")))):
        sheet.append(["表号", "抄表日期", "读数"])
        for number, form in numbers:
            sheet.append([number, day, 10.5])
            sheet.cell(sheet.max_row, 1).number_format = form
            sheet.cell(sheet.max_row, 2).number_format = "yyyy/m/d"
    save(book, folder, "02-meter-numbers.xlsx")


def dates(folder):
    """Dates as Excel's, and as text in three ways, in one column."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["表号", "抄表日期", "读数"])
    for meter, date in (("A1", datetime.datetime(2026, 10, 1)), ("A2", "2026/10/2"),
                        ("A3", "2026.10.3"), ("A4", "10月4日"), ("A5", "2026年10月5日")):
        sheet.append([meter, date, 7])
        if not isinstance(date, str):
            sheet.cell(sheet.max_row, 2).number_format = "m\"月\"d\"日\""
    save(book, folder, "03-dates.xlsx")


def hidden(folder):
    """Hidden columns, rows that a filter hides, a hidden sheet."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "抄表"
    sheet.append(["表号", "抄表日期", "旧读数", "读数", "金额"])
    for meter in range(1, 7):
        sheet.append([f"B{meter}", datetime.datetime(2026, 10, 31, 8), 50 + meter, 60 + meter, 1.5])
        sheet.cell(sheet.max_row, 2).number_format = "yyyy-mm-dd hh:mm"
    sheet.column_dimensions["C"].hidden = True
    sheet.auto_filter.ref = "A1:E7"
    sheet.row_dimensions[4].hidden = True
    other = book.create_sheet("9月")
    other.append(["表号", "抄表日期", "读数"])
    other.append(["B1", datetime.datetime(2026, 9, 30, 8), 50])
    other.sheet_state = "hidden"
    save(book, folder, "04-hidden.xlsx")


def two_layouts(folder):
    """Two sheets with different columns: water long, power with previous and present readings."""
    book = openpyxl.Workbook()
    water = book.active
    water.title = "水表"
    water.append(["表号", "抄表日期", "读数(m³)"])
    for meter in ("W1", "W2", "W3"):
        water.append([meter, datetime.datetime(2026, 10, 31), 31.25])
    power = book.create_sheet("电表")
    power.append(["电表号", "房号", "上期读数", "本期读数", "倍率", "用量", "抄表日期"])
    for row, meter in enumerate(("E1", "E2"), 2):
        power.append([meter, "101", 1000, 1020.5, 20, f"=(D{row}-C{row})*E{row}",
                      datetime.datetime(2026, 10, 31)])
    for sheet, column in ((water, 2), (power, 7)):
        for row in range(2, sheet.max_row + 1):
            sheet.cell(row, column).number_format = "yyyy/m/d"
    save(book, folder, "05-two-layouts.xlsx")


def units_and_remarks(folder):
    """Units in the cells, estimates, an exchange in the remark and one in the cell."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["表号", "抄表时间", "读数", "备注"])
    for meter, value, note in (("C1", "123.4吨", None), ("C2", "1.2万吨", None),
                               ("C3", "98吨估", "门锁，估"), ("C4", "换表", "旧表止码 812，新表起码 0"),
                               ("C5", "3吨", "10月15日换表"), ("C6", "未抄", "家中无人"),
                               ("C7", 77, None), ("C8", "55 kWh", "写错")):
        sheet.append([meter, "2026-10-31 09:00", value, note])
    save(book, folder, "06-units-and-remarks.xlsx")


def chinese_csv(folder):
    """A CSV of a Chinese Excel: GB18030, full-width commas in texts, quotes, CR LF."""
    lines = ["工单号,项目,报修时间,到场时间,完成时间,类别,描述",
             "G001,翠湖花园,2026/10/3 8:05,2026/10/3 8:31,2026/10/3 9:40,电梯,困人，两位老人，已安抚",
             "G002,翠湖花园,2026/10/4 14:20,2026/10/4 15:02,,给水,\"泵房漏水，\n地面积水\"",
             "G003,翠湖花园,2026/10/5 9:00,,,门禁,\"说\"\"打不开\"\"，未处理\""]
    with open(os.path.join(folder, "07-工单.csv"), "wb") as file:
        file.write(("\r\n".join(lines) + "\r\n").encode("gb18030"))


def unicode_csv(folder):
    """Excel's "Unicode text", renamed: UTF-16 with tabs, called .csv."""
    lines = ["表号\t抄表时间\t读数", "0301\t2026/10/31 8:00\t1,234.5", "0302\t2026/10/31 8:05\t987",
             "0303\t2026/10/31 8:10\t\"12,345\""]
    with open(os.path.join(folder, "08-unicode.csv"), "wb") as file:
        file.write(b"\xff\xfe" + ("\r\n".join(lines) + "\r\n").encode("utf-16-le"))


def used_range(folder):
    """Formatted emptiness to the right and below, a header twice, formulas nobody computed."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["表号", "抄表日期", "读数", "读数", "差"])
    for row, meter in enumerate(("D1", "D2", "D3"), 2):
        sheet.append([meter, "2026-10-31", 100 + row, 110 + row, f"=D{row}-C{row}"])
    bold = Font(bold=True)
    for column in range(6, 1000):
        sheet.cell(1, column).font = bold
    for row in range(5, 600):
        sheet.cell(row, 1).font = bold
    sheet.cell(600, 1000).font = bold
    save(book, folder, "09-used-range.xlsx")


def formats_and_summary(folder):
    """A summary sheet first; negatives in parentheses, a percent column, money."""
    book = openpyxl.Workbook()
    summary = book.active
    summary.title = "汇总"
    summary["A1"] = "2026年10月汇总"
    summary.append([])
    summary.append(["项目", "户数", "总用量"])
    summary.append(["翠湖花园", 320, 12345.6])
    summary.append(["滨江苑", 210, 8000])
    summary.append(["合计", 530, 20345.6])
    sheet = book.create_sheet("明细")
    sheet.append(["表号", "抄表时间", "用量", "环比", "金额"])
    for meter, use, change, money in (("F1", 12.5, 0.0625, 31.25), ("F2", -3.5, -0.125, -8.75),
                                      ("F3", 7, 0.5, 17.5), ("F4", 0.25, 0, 0.6),
                                      ("F5", 1200, 0.01, 3000),
                                      ("F6", "(4.25)", "12.5%", "￥10.60")):
        sheet.append([meter, "2026-10-31 00:00", use, change, money])
        row = sheet.max_row
        sheet.cell(row, 3).number_format = "#,##0.00_);(#,##0.00)"
        sheet.cell(row, 4).number_format = "0.0%"
        sheet.cell(row, 5).number_format = "\"￥\"#,##0.00"
    save(book, folder, "10-formats-and-summary.xlsx")


def password(folder):
    """The first sectors of a workbook with a password: no zip, but an old container's envelope."""
    sector = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
    names = b"".join(name.encode("utf-16-le").ljust(128, b"\0")
                     for name in ("Root Entry", "EncryptionInfo", "EncryptedPackage", ""))
    with open(os.path.join(folder, "11-password.xlsx"), "wb") as file:
        file.write(sector + names + bytes(512))


def taiwan(folder):
    """A sheet of a Taiwanese estate: Big5, years of the Republic of China, traditional headings."""
    lines = ["翠湖社區 民國113年10月 水錶抄錶紀錄",
             "棟別,錶號,抄錶日期,讀數,備註",
             "A棟,0101,113/10/31,1204.5,", "A棟,0102,113/10/31,987,估", "B棟,0201,113/11/1,\"1,533.2\",",
             "B棟,0202,113/11/1,(2.5),水錶倒轉"]
    with open(os.path.join(folder, "12-taiwan.csv"), "wb") as file:
        file.write(("\r\n".join(lines) + "\r\n").encode("big5"))


def two_levels(folder):
    """A header of two levels, merged both ways: time-of-use registers under one heading."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "电表"
    sheet["A1"] = "滨江苑配电房抄表"
    sheet.merge_cells("A1:G1")
    for column, name in enumerate(["电表号", "抄表时间"], 1):
        sheet.cell(2, column, name)
        sheet.merge_cells(start_row=2, end_row=3, start_column=column, end_column=column)
    sheet["C2"] = "示数(kWh)"
    sheet.merge_cells("C2:G2")
    for column, name in enumerate(["总", "尖", "峰", "平", "谷"], 3):
        sheet.cell(3, column, name)
    for row, (meter, registers) in enumerate((("E-01", (1000.5, 100, 300.25, 400.25, 200)),
                                              ("E-02", (2000, 200, 600, 800, 500))), 4):
        sheet.cell(row, 1, meter)
        sheet.cell(row, 2, datetime.datetime(2026, 10, 31, 9, 30))
        sheet.cell(row, 2).number_format = "yyyy/m/d hh:mm"
        for column, register in enumerate(registers, 3):
            sheet.cell(row, column, register)
    save(book, folder, "13-two-levels.xlsx")


def api_dump(folder):
    """What an API answered, saved as it came: a list inside a list inside an object, on one line."""
    meters = [{"meter": meter, "unit": "kWh",
               "readings": [{"ts": f"2026-10-31T0{hour}:00:00+08:00", "val": first + hour * 0.25}
                            for hour in range(3)]}
              for meter, first in (("G-1", 100.5), ("G-2", 7))]
    meters.append({"meter": "G-3", "unit": "kWh", "readings": []})
    with open(os.path.join(folder, "14-api.json"), "w") as file:
        json.dump({"code": 0, "msg": "ok", "data": {"project": "cuihu", "total": 3, "list": meters}},
                  file, ensure_ascii=False)


def merged_sites(folder):
    """A device list with estates and buildings merged down the side."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "设备"
    sheet.append(["项目名称", "楼栋", "表号", "类型", "倍率"])
    estates = (("翠湖花园", (("1栋", ("H-01", "H-02")), ("2栋", ("H-03",)))),
               ("滨江苑", (("1栋", ("H-04", "H-05", "H-06")),)))
    for estate, buildings in estates:
        first = sheet.max_row + 1
        for building, meters in buildings:
            top = sheet.max_row + 1
            for index, meter in enumerate(meters):
                sheet.append([estate if sheet.max_row + 1 == first else None,
                              building if index == 0 else None, meter, "水表", 1])
            sheet.merge_cells(start_row=top, end_row=sheet.max_row, start_column=2, end_column=2)
        sheet.merge_cells(start_row=first, end_row=sheet.max_row, start_column=1, end_column=1)
    save(book, folder, "15-设备台账.xlsx")


def sap(folder):
    """A list of SAP: Windows-1252, semicolons, a point between thousands, the minus behind."""
    lines = ["Zähler;Ablesedatum;Verbrauch;ME;Betrag",
             "0000004711;31.10.2026;1.234,50;KWH;308,63",
             "0000004712;31.10.2026;12.000,00;KWH;3.000,00",
             "0000004713;31.10.2026;88,25-;KWH;22,06-"]
    with open(os.path.join(folder, "16-sap.csv"), "wb") as file:
        file.write(("\r\n".join(lines) + "\r\n").encode("cp1252"))


def main():
    folder = sys.argv[1]
    os.makedirs(folder, exist_ok=True)
    for make in (day_sheet, meter_numbers, dates, hidden, two_layouts, units_and_remarks,
                 chinese_csv, unicode_csv, used_range, formats_and_summary, password, taiwan,
                 two_levels, api_dump, merged_sites, sap):
        make(folder)


if __name__ == "__main__":
    main()
